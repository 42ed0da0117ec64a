import { randomBytes } from 'node:crypto'
import type { Ceiling, Grant, Scope } from '../core/access.ts'
import { scopeKey } from '../core/access.ts'
import type { Clock, Store } from '../core/ports.ts'

export const GRANT = 'grant'
export const CEILING = 'ceiling'

interface Deps {
  readonly store: Store
  readonly clock: Clock
}
type Space = Pick<Scope, 'platform' | 'space'>

/** What is left of its life, for the store to forget it by itself. */
const lifeOf = (until: number | null, now: number): { ttlMs?: number } =>
  until === null ? {} : { ttlMs: Math.max(1, until - now) }

/** Writes a grant; one for the same subject in the same scope gives way: the last word counts. */
export async function putGrant(
  { store, clock }: Deps,
  draft: Omit<Grant, 'id' | 'at'>,
): Promise<Grant> {
  const grant: Grant = { ...draft, id: `G-${randomBytes(4).toString('hex')}`, at: clock.now() }
  await store.put(GRANT, grant.id, grant, lifeOf(grant.until, clock.now()))
  for (const { id, value } of await store.list(GRANT)) {
    const old = value as Grant
    if (id !== grant.id && isSameTarget(old, grant)) await store.remove(GRANT, id)
  }
  return grant
}

/** An elevation lies over what somebody has, and leaves it alone. */
const isSameTarget = (a: Grant, b: Grant): boolean =>
  targetOf(a) === targetOf(b) && (a.elevation === undefined) === (b.elevation === undefined)

const targetOf = ({ subject, scope, deny, apps }: Grant): string =>
  JSON.stringify([
    subject.kind,
    subject.kind === 'user' && subject.platform,
    subject.id,
    scopeKey(scope),
    deny,
    apps,
  ])

/** One ceiling a scope; without a role there is none any more. */
export async function putCeiling(
  { store, clock }: Deps,
  { role, ...draft }: Omit<Ceiling, 'at' | 'role'> & { readonly role: Ceiling['role'] | null },
): Promise<void> {
  const key = scopeKey(draft.scope)
  if (role === null) return store.remove(CEILING, key)
  const ceiling: Ceiling = { ...draft, role, at: clock.now() }
  await store.put(CEILING, key, ceiling, lifeOf(ceiling.until, clock.now()))
}

/** Grants and ceilings of a place go along with it to its new id. */
export async function moveRules(deps: Deps, from: Space, to: string): Promise<void> {
  const { store, clock } = deps
  const isOld = ({ platform, space }: Scope) => platform === from.platform && space === from.space
  for (const { id, value } of await store.list(GRANT)) {
    const { scope, until } = value as Grant
    if (!isOld(scope)) continue
    const moved = (current: unknown) =>
      current === undefined ? undefined : { ...(current as Grant), scope: { ...scope, space: to } }
    await store.update(GRANT, id, moved, lifeOf(until, clock.now()))
  }
  for (const { id, value } of await store.list(CEILING)) {
    const ceiling = value as Ceiling
    if (!isOld(ceiling.scope)) continue
    // The new one first: killed in between, the place has two ceilings and never none.
    const { at: _, ...rest } = ceiling
    await putCeiling(deps, { ...rest, scope: { ...ceiling.scope, space: to } })
    await store.remove(CEILING, id)
  }
}
