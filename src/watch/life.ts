import { createHash } from 'node:crypto'
import type { Clock, Store } from '../core/ports.ts'
import { type Holder, keyOf } from './leases.ts'

/** Processes that watch, while they live. */
const OWNER = 'watch-owner'
/** Two signs of life may be lost. */
const ALIVE_MS = 45_000

export interface LifeDeps {
  readonly store: Store
  readonly clock: Clock
  /** Names this process. */
  readonly owner: string
  /** All that are to be watched, by whomever. */
  readonly apps: readonly string[]
  /** Whether a process is certainly gone; then nobody waits for its lease to end. */
  readonly isDead: (owner: string) => boolean
}

/** The signs of life by which processes that watch know of each other. */
export interface Life {
  /** Writes one; rejects when the store is away. */
  readonly beat: () => Promise<void>
  /** Grows by one each time when others may have taken this process for dead. */
  readonly term: () => number
  /** Whether this process has been seen alive all the time since a term began. */
  readonly isSure: (term: number) => boolean
  /** Everybody alive, and of these who watches the same apps; this one is among them. */
  readonly everybody: () => Promise<{
    readonly alive: ReadonlySet<string>
    readonly peers: readonly string[]
  }>
  readonly end: () => Promise<void>
}

interface Sign extends Pick<Holder, 'term'> {
  /** Who watches other apps, as during a change of `OPS_APPS`, takes no share of these. */
  readonly apps?: string
}

export function createLife({ store, clock, owner, apps, isDead }: LifeDeps): Life {
  const list = createHash('sha256').update(JSON.stringify(apps.toSorted())).digest('base64url')
  let term = 0
  let until = 0
  let last: Promise<void> = Promise.resolve()

  const beat = async (): Promise<void> => {
    const isNew = clock.now() >= until
    if (isNew) term += 1
    const to = clock.now() + ALIVE_MS
    await store.put(OWNER, owner, { term, apps: list } satisfies Sign, { ttlMs: ALIVE_MS })
    // One that came too late goes on with nothing: others may have seen none before it.
    until = isNew || clock.now() < until ? to : 0
  }
  return {
    // One after another, so that the newest is what is written.
    beat: () => (last = last.catch(() => {}).then(beat)),
    term: () => term,
    isSure: (of) => of === term && clock.now() < until,
    async everybody() {
      const signs = (await store.list(OWNER))
        .filter(({ id }) => !isDead(id))
        .map(({ id, value }) => ({ ...(value as Sign), owner: id }))
      return {
        alive: new Set(signs.map(keyOf)),
        peers: signs.filter((sign) => sign.apps === list).map(keyOf),
      }
    },
    async end() {
      await last.catch(() => {})
      until = 0
      await store.remove(OWNER, owner)
    },
  }
}
