import {
  type AccessState,
  type Ceiling,
  type Grant,
  isEveryone,
  placeKey,
  type Scope,
  scopeKey,
  subjectKey,
} from './access.ts'
import { isGone } from './census.ts'
import type { ChatContext } from './context.ts'
import { OpsError } from './errors.ts'
import { decide } from './policy.ts'
import { denies, isLive, rank, worth } from './reach.ts'
import { type Text, tr } from './text.ts'

type Space = Pick<Scope, 'platform' | 'space'>
type GrantDraft = Omit<Grant, 'id' | 'at'>
type CeilingDraft = Omit<Ceiling, 'at' | 'role'> & { readonly role: Ceiling['role'] | null }
type Here = Pick<ChatContext, 'actor' | 'place'>

const isIn = (scope: Space, { platform, space }: Space): boolean =>
  scope.platform === platform && scope.space === space

const targetOf = (one: GrantDraft): string =>
  JSON.stringify([subjectKey(one.subject), scopeKey(one.scope), one.deny, one.apps])

/** Whether a grant gives way to another: the one for the same subject, scope and apps; an elevation only to another one. */
export const isReplaced = (old: GrantDraft, by: GrantDraft): boolean =>
  targetOf(old) === targetOf(by) && (old.elevation === undefined) === (by.elevation === undefined)

/** How things would be with this grant. */
export function withGrant(state: AccessState, draft: GrantDraft): AccessState {
  const others = state.grants.filter((one) => !isReplaced(one, draft))
  return { ...state, grants: [...others, { ...draft, id: 'G-new', at: 0 }] }
}

/** How things would be with this ceiling, or without one. */
export function withCeiling(state: AccessState, { role, ...draft }: CeilingDraft): AccessState {
  const others = state.ceilings.filter(({ scope }) => scopeKey(scope) !== scopeKey(draft.scope))
  return { ...state, ceilings: role === null ? others : [...others, { ...draft, role, at: 0 }] }
}

/** A denial of the same subject that wins over a grant, wholly or for some of its apps. */
export const denialOver = (
  grants: readonly Grant[],
  { subject, scope, apps }: Grant,
  now: number,
): Grant | undefined =>
  grants.find((one) => {
    const isTheirs = one.deny && subjectKey(one.subject) === subjectKey(subject)
    const isThere =
      isIn(one.scope, scope) && (one.scope.room === undefined || one.scope.room === scope.room)
    const onApps = apps === '*' || one.apps === '*' || apps.some((app) => one.apps.includes(app))
    return isTheirs && isThere && onApps && isLive(one.until, now)
  })

/** Somebody who can be named rules the place for good: an owner with an account there, or an admin by grant. A Discord role may be empty. */
export function hasAdmin(state: AccessState, place: Space, now: number): boolean {
  if (state.owners.some((key) => key.startsWith(`${place.platform}:`))) return true
  const there = state.grants.filter(({ scope, until }) => isIn(scope, place) && isLive(until, now))
  if (there.length === 0) return false
  const capped = state.ceilings.some(
    ({ scope, role, until }) =>
      scope.room === undefined && isIn(scope, place) && isLive(until, now) && role !== 'admin',
  )
  const denials = there.filter((one) => denies(one, null))
  const denied = new Set(denials.map(({ subject }) => subjectKey(subject)))
  if (denials.some(({ subject, scope }) => !scope.room && isEveryone(subject, scope))) return false
  return there.some((one) => {
    const { subject, scope, deny, until, apps } = one
    const lasts = !deny && until === null && apps === '*' && scope.room === undefined && !capped
    const rules = rank(worth(one)) >= rank('admin') && !denied.has(subjectKey(subject))
    const isThere = subject.kind === 'user' && !isGone(state, scope, subject)
    return lasts && rules && isThere
  })
}

/** Rejects an edit after which nobody would rule the place any more. */
export function keepAnAdmin(
  before: AccessState,
  after: AccessState,
  { place, now }: { readonly place: Space; readonly now: number },
): void {
  if (!hasAdmin(before, place, now) || hasAdmin(after, place, now)) return
  throw new OpsError(
    'conflict',
    tr(
      `After this nobody would rule ${placeKey(place)} any more, so nothing was changed.`,
      `這樣一來 ${placeKey(place)} 就沒有人管理了，因此未變更任何東西。`,
    ),
    {
      hint: tr(
        'Make somebody else admin of the whole place for good first: /ops access allow <who> admin place=guild.',
        '請先讓另一人成為整個地點的永久管理員：/ops access allow <對象> admin place=guild。',
      ),
    },
  )
}

/** A word of warning where the one who edits would no longer rule the place they stand in. */
export function lockedOut(
  { actor, place }: Here,
  now: number,
  { before, after }: { readonly before: AccessState; readonly after: AccessState },
): Text | undefined {
  const rules = (state: AccessState) =>
    decide(state, {
      actor,
      place,
      verb: 'ops access list',
      role: 'admin',
      confirm: 'none',
      app: null,
      now,
    }).verdict === 'allow'
  if (!rules(before) || rules(after)) return undefined
  return tr(
    '⚠️ This takes it from you, too: afterwards you are no longer an admin here and cannot undo it yourself.',
    '⚠️ 這也會影響你自己：之後你不再是此處的管理員，也無法自行復原。',
  )
}

/** Rules are for places that an owner trusts. */
export function mustBeTrusted({ trusted }: AccessState, scope: Scope): void {
  if (trusted.some((one) => isIn(one, scope))) return
  throw new OpsError(
    'conflict',
    tr(`${placeKey(scope)} is not trusted yet.`, `${placeKey(scope)} 尚未受信任。`),
    {
      hint: tr(
        'An owner types /ops access trust there first.',
        '擁有者須先在該處輸入 /ops access trust。',
      ),
    },
  )
}

/** An app of ours, or all of them. */
export function appsNamed(apps: readonly string[], target = '*'): Grant['apps'] {
  if (target === '*') return '*'
  if (apps.includes(target)) return [target]
  throw new OpsError(
    'bad_input',
    tr(`I do not manage an app “${target}”.`, `我沒有管理「${target}」。`),
    { hint: tr(`Managed: ${apps.join(', ')}.`, `管理中的有：${apps.join(', ')}。`) },
  )
}
