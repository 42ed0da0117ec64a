import { createHash, randomBytes } from 'node:crypto'
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

/** Writes a grant; one for the same subject in the same scope gives way: the last word counts, of several at the same time, too. */
export async function putGrant(deps: Deps, draft: Omit<Grant, 'id' | 'at'>): Promise<Grant> {
  const grant: Grant = {
    ...draft,
    id: `G-${randomBytes(4).toString('hex')}`,
    at: deps.clock.now(),
  }
  await write(deps, grant)
  return grant
}

/** It lies under what it is about, so that two at once never lie side by side, nor remove each other. */
async function write({ store, clock }: Deps, grant: Grant): Promise<void> {
  const key = keyOf(grant)
  await store.put(GRANT, key, grant, lifeOf(grant.until, clock.now()))
  // What an earlier release wrote lies under its id.
  for (const { id, value } of await store.list(GRANT))
    if (id !== key && keyOf(value as Grant) === key) await store.remove(GRANT, id)
}

/** An elevation lies over what somebody has, and leaves it alone. */
const keyOf = ({ subject, scope, deny, apps, elevation }: Grant): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        subject.kind,
        subject.kind === 'user' && subject.platform,
        subject.id,
        scopeKey(scope),
        deny,
        apps,
        elevation === undefined,
      ]),
    )
    .digest('base64url')

/** Takes the grant of this id away; false when there is none any more. */
export async function takeGrant({ store }: Pick<Deps, 'store'>, grant: string): Promise<boolean> {
  const found = (await store.list(GRANT)).find(({ value }) => (value as Grant).id === grant)
  if (found === undefined) return false
  await store.remove(GRANT, found.id)
  return true
}

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
  const { store } = deps
  const isOld = ({ platform, space }: Scope) => platform === from.platform && space === from.space
  for (const { id, value } of await store.list(GRANT)) {
    const grant = value as Grant
    if (!isOld(grant.scope)) continue
    // The new one first: killed in between, the place it had is trusted no more and its rule counts for nobody.
    await write(deps, { ...grant, scope: { ...grant.scope, space: to } })
    await store.remove(GRANT, id)
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
