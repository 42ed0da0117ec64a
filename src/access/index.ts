import {
  type Access,
  type AccessState,
  type Ceiling,
  type Freeze,
  type Grant,
  type Link,
  placeKey,
  type TrustedPlace,
} from '../core/access.ts'
import type { Clock, Log, Store } from '../core/ports.ts'
import { createCodes } from './codes.ts'
import { moveGuards, putGuard, readGuards } from './guards.ts'
import { createSharedRead } from './shared-read.ts'
import { CEILING, GRANT, moveRules, putCeiling, putGrant, takeGrant } from './grants.ts'

const TRUST = 'trust'
const LINK = 'link'
const FREEZE = 'freeze'
const GONE = 'gone'
const NOW = 'now'

/** Grants, ceilings, links and trusted places as the store has them, with a copy at hand so that deciding needs no I/O. */
export function createAccess(deps: {
  readonly store: Store
  readonly owners: readonly string[]
  readonly clock: Clock
  readonly log: Log
}): Access & { start(): Promise<void>; stop(): void } {
  const { store, clock, log } = deps
  let copy: AccessState | undefined
  let stop = () => {}

  const fresh = createSharedRead(async (): Promise<AccessState> => {
    copy = await readAll(deps)
    return copy
  })
  const changed = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    await fresh()
    await store.nudge('access')
    return result
  }

  return {
    ...createCodes(store),
    snapshot: () => copy,
    fresh,
    frozen: () => frozen(store),
    trust: (place, by) => {
      const { platform, space } = place
      const trusted: TrustedPlace = { platform, space, by, at: clock.now() }
      return changed(store.put(TRUST, placeKey(place), trusted))
    },
    untrust: async (place) => (await changed(store.take(TRUST, placeKey(place)))) !== undefined,
    grant: (draft) => changed(putGrant(deps, draft)),
    revoke: (id) => changed(takeGrant(deps, id)),
    ceiling: (draft) => changed(putCeiling(deps, draft)),
    guard: (draft) => changed(putGuard(deps, draft)),
    link: (accounts) => {
      const link: Link = { accounts, at: clock.now() }
      return changed(store.put(LINK, accounts.toSorted().join('+'), link))
    },
    unlink: (account) => changed(unlink(store, account)),
    async freeze(draft) {
      const freeze: Freeze = { ...draft, at: clock.now() }
      await changed(store.put(FREEZE, NOW, freeze))
      return freeze
    },
    unfreeze: async () => (await changed(store.take(FREEZE, NOW))) as Freeze | undefined,
    async move(place, to) {
      const { platform, space } = place
      const old = (await store.get(TRUST, placeKey(place))) as TrustedPlace | undefined
      if (old === undefined) return false
      const moved: TrustedPlace = { ...old, space: to, movedFrom: space }
      // The old trust goes last: while it is there, a move that was cut short is done again.
      await store.create(TRUST, placeKey({ platform, space: to }), moved)
      await moveRules(deps, place, to)
      await moveGuards(deps, place, to)
      await changed(store.remove(TRUST, placeKey(place)))
      return true
    },
    mark: (key, gone) =>
      changed(gone ? store.put(GONE, key, clock.now()) : store.remove(GONE, key)),
    async start() {
      stop = store.onNudge('access', () => {
        fresh().catch((error: unknown) => log.warn({ err: error }, 'grants could not be read'))
      })
      await fresh()
    },
    stop: () => stop(),
  }
}

async function readAll({
  store,
  owners,
}: {
  readonly store: Store
  readonly owners: readonly string[]
}): Promise<AccessState> {
  const list = async <T>(bucket: string): Promise<readonly T[]> =>
    (await store.list(bucket)).map(({ value }) => value as T)
  const [trusted, grants, ceilings, links, freeze, guards, gone] = await Promise.all([
    list<TrustedPlace>(TRUST),
    list<Grant>(GRANT),
    list<Ceiling>(CEILING),
    list<Link>(LINK),
    frozen(store),
    readGuards({ store }),
    store.list(GONE),
  ])
  return {
    owners,
    trusted,
    grants,
    ceilings,
    links,
    freeze,
    guards,
    gone: gone.map(({ id }) => id),
  }
}

const frozen = async (store: Store): Promise<Freeze | null> =>
  ((await store.get(FREEZE, NOW)) as Freeze | undefined) ?? null

async function unlink(store: Store, account: string): Promise<boolean> {
  const mine = (await store.list(LINK)).filter(({ value }) =>
    (value as Link).accounts.includes(account),
  )
  for (const { id } of mine) await store.remove(LINK, id)
  return mine.length > 0
}
