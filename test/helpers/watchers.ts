import assert from 'node:assert/strict'
import type { Clock, Store } from '../../src/core/ports.ts'
import { createOwners } from '../../src/watch/owners.ts'

export const APPS = Array.from({ length: 10 }, (_, n) => `app-${n}`)

/** A process that watches, as far as who watches what goes. */
export interface Watcher {
  /** Takes its share now. */
  readonly round: () => Promise<void>
  /** What it looks at now. */
  readonly watched: () => readonly string[]
  /** As a process that is told to. */
  readonly stop: () => Promise<void>
}

interface Place {
  readonly store: Store
  readonly clock: Clock
  readonly apps?: readonly string[]
  readonly isDead?: (owner: string) => boolean
}

export function watcher(owner: string, { store, clock, apps = APPS, isDead = () => false }: Place) {
  const owners = createOwners({ store, clock, owner, apps, isDead })
  let open: readonly string[] = []
  let on = true
  let last: Promise<void> = Promise.resolve()
  const once = async () => {
    if (!on) return
    const keepTo = async (kept: readonly string[]) => void (open = kept)
    await keepTo(await owners.claim(keepTo))
  }
  const round = () => (last = last.then(once).catch(() => {}))
  const stop = async () => {
    on = false
    await last
    open = []
    await owners.stop()
  }
  owners.start(() => void round())
  return { round, stop, watched: () => open.filter(owners.holds) } satisfies Watcher
}

const counts = (all: readonly Watcher[]): readonly number[] =>
  all.map(({ watched }) => watched().length)

export function assertShared(all: readonly Watcher[], apps = APPS): void {
  assert.deepEqual(all.flatMap(({ watched }) => watched()).toSorted(), apps.toSorted())
  const most = Math.ceil(apps.length / all.length)
  assert.ok(Math.max(...counts(all)) <= most, counts(all).join(' '))
}

/** Until others have heard what was called out to them. */
export async function untilShared(all: readonly Watcher[]): Promise<void> {
  for (let n = 0; n < 3; n += 1) for (const { round } of all) await round()
  assertShared(all)
}

export function assertOnce(all: readonly Watcher[]): void {
  const watched = all.flatMap((one) => one.watched())
  assert.equal(new Set(watched).size, watched.length, watched.toSorted().join(' '))
}
