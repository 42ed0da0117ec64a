import {
  type AccessState,
  actorKey,
  type Grant,
  isEveryone,
  isSamePerson,
  type Scope,
  subjectKey,
} from './access.ts'
import { isGone } from './census.ts'
import { type Role, ROLES } from './command.ts'
import type { Actor, Place } from './invocation.ts'

/** Where somebody stands, and when. */
export interface Standing {
  readonly actor: Actor
  readonly place: Place
  readonly now: number
}

export const rank = (role: Role): number => ROLES.indexOf(role)
export const lower = <R extends Role>(a: R, b: R): R => (rank(a) <= rank(b) ? a : b)

/** Whether a rule for this part of the world holds here: a thread follows its channel. */
export const isHere = (scope: Scope, place: Place): boolean =>
  scope.platform === place.platform &&
  scope.space === place.space &&
  (scope.room === undefined || scope.room === place.room || scope.room === place.parent)

export const isLive = (until: number | null, now: number): boolean => until === null || now < until

/** Whether the grant is one of theirs, here and now. */
export const holds = (grant: Grant, { actor, place, now }: Standing): boolean =>
  isThem(grant, actor, place) && isHere(grant.scope, place) && isLive(grant.until, now)

/** Nobody carries the role of everybody in their payload: whoever is in the guild has it. */
function isThem({ subject }: Grant, actor: Actor, place: Place): boolean {
  if (subject.kind === 'user') return subject.platform === actor.platform && subject.id === actor.id
  if (place.platform !== 'discord' || actor.platform !== 'discord') return false
  return actor.roles.includes(subject.id) || (!place.private && isEveryone(subject, place))
}

/** What a grant is worth: everybody at once is never trusted with more than looking. */
export const worth = ({ subject, scope, role }: Grant): Grant['role'] =>
  isEveryone(subject, scope) ? 'viewer' : role

export const covers = ({ apps }: Pick<Grant, 'apps'>, app: string | null): boolean =>
  app === null || apps === '*' || (app !== '*' && apps.includes(app))

/** A denial of some apps says nothing about commands that are about none. */
export const denies = ({ deny, apps }: Grant, app: string | null): boolean =>
  deny && (apps === '*' || app === '*' || (app !== null && apps.includes(app)))

/** The most that anybody may do here; nothing where no ceiling is. */
export function ceilingOf(
  { ceilings }: Pick<AccessState, 'ceilings'>,
  place: Place,
  now: number,
): Grant['role'] | undefined {
  return ceilings
    .filter(({ scope, until }) => isHere(scope, place) && isLive(until, now))
    .map(({ role }) => role)
    .reduce<Grant['role'] | undefined>(
      (least, role) => (least === undefined ? role : lower(least, role)),
      undefined,
    )
}

/**
 * Whether another human than the asker could approve this here: linked accounts are one human, a Discord role is taken to have members as
 * long as there is one, who left cannot press, and only owners with an account on this platform can.
 */
export function hasSecond(
  state: AccessState,
  { actor, place, now, app, approver }: Standing & { app: string | null; approver: Role },
): boolean {
  const ceiling = ceilingOf(state, place, now)
  if (ceiling !== undefined && rank(ceiling) < rank(approver)) return false
  const asker = actorKey(actor)
  const isOther = (key: string) => !isSamePerson(state, key, asker)
  if (state.owners.some((key) => key.startsWith(`${place.platform}:`) && isOther(key))) return true
  const here = state.grants.filter(({ scope, until }) => isHere(scope, place) && isLive(until, now))
  const denials = here.filter((grant) => denies(grant, app))
  if (denials.some(({ subject, scope }) => isEveryone(subject, scope))) return false
  const denied = denials.map(({ subject }) => subjectKey(subject))
  return here.some((grant) => {
    const { subject, deny, scope } = grant
    if (isGone(state, scope, subject)) return false
    if (deny || rank(worth(grant)) < rank(approver) || !covers(grant, app ?? '*')) return false
    if (denied.includes(subjectKey(subject))) return false
    return subject.kind === 'role' || isOther(actorKey(subject))
  })
}
