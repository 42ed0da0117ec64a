import { randomBytes } from 'node:crypto'
import {
  type Access,
  type AccessState,
  type Grant,
  placeKey,
  type TrustedPlace,
} from '../core/access.ts'
import type { Clock, Log, Store } from '../core/ports.ts'

const TRUST = 'trust'
const GRANT = 'grant'

/** Grants and trusted places as the store has them, with a copy at hand so that deciding needs no I/O. */
export function createAccess(deps: {
  readonly store: Store
  readonly owners: readonly string[]
  readonly clock: Clock
  readonly log: Log
}): Access & { start(): Promise<void>; stop(): void } {
  const { store, owners, clock, log } = deps
  let copy: AccessState | undefined
  let stop = () => {}

  const fresh = async (): Promise<AccessState> => {
    const [trusted, grants] = await Promise.all([store.list(TRUST), store.list(GRANT)])
    copy = {
      owners,
      trusted: trusted.map(({ value }) => value as TrustedPlace),
      grants: grants.map(({ value }) => value as Grant),
    }
    return copy
  }
  const changed = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    await fresh()
    await store.nudge('access')
    return result
  }

  return {
    snapshot: () => copy,
    fresh,
    trust: (place, by) =>
      changed(store.put(TRUST, placeKey(place), { ...place, by, at: clock.now() })),
    untrust: async (place) => (await changed(store.take(TRUST, placeKey(place)))) !== undefined,
    async grant(draft) {
      const grant: Grant = { ...draft, id: `G-${randomBytes(4).toString('hex')}`, at: clock.now() }
      const ttl = grant.until === null ? {} : { ttlMs: Math.max(1, grant.until - clock.now()) }
      await store.put(GRANT, grant.id, grant, ttl)
      await changed(removeOlder(store, grant))
      return grant
    },
    async move({ platform, space }, to) {
      const old = (await store.take(TRUST, placeKey({ platform, space }))) as
        TrustedPlace | undefined
      if (old === undefined) return false
      await store.put(TRUST, placeKey({ platform, space: to }), { ...old, space: to })
      await changed(moveGrants(deps, { platform, space }, to))
      return true
    },
    async start() {
      stop = store.onNudge('access', () => {
        fresh().catch((error: unknown) => log.warn({ err: error }, 'grants could not be read'))
      })
      await fresh()
    },
    stop: () => stop(),
  }
}

/** A new grant for the same subject in the same scope takes the place of the old one: the last word counts. */
async function removeOlder(store: Store, grant: Grant): Promise<void> {
  for (const { id, value } of await store.list(GRANT)) {
    const old = value as Grant
    if (id !== grant.id && sameTarget(old, grant)) await store.remove(GRANT, id)
  }
}

async function moveGrants(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { platform, space }: Pick<TrustedPlace, 'platform' | 'space'>,
  to: string,
): Promise<void> {
  for (const { id, value } of await store.list(GRANT)) {
    const { scope, until } = value as Grant
    if (scope.platform !== platform || scope.space !== space) continue
    const moved = (current: unknown) =>
      current === undefined ? undefined : { ...(current as Grant), scope: { ...scope, space: to } }
    await store.update(
      GRANT,
      id,
      moved,
      until === null ? {} : { ttlMs: Math.max(1, until - clock.now()) },
    )
  }
}

const sameTarget = (a: Grant, b: Grant): boolean =>
  JSON.stringify([a.subject, a.scope, a.deny]) === JSON.stringify([b.subject, b.scope, b.deny]) &&
  JSON.stringify(a.apps) === JSON.stringify(b.apps)
