import { type AccessState, actorKey, type Grant, subjectKey } from './access.ts'
import { type Confirm, type Role, ROLES } from './command.ts'
import type { Actor, Place } from './invocation.ts'

export interface Question {
  readonly actor: Actor
  readonly place: Place
  /** Path of the command. */
  readonly verb: string
  readonly role: Role
  readonly confirm: Confirm
  /** The app it is about; null when it is about none. */
  readonly app: string | null
  readonly now: number
}

/** Which of the things that must all match did not, or which rule allowed it. */
export type Axis = 'store' | 'place' | 'subject' | 'denied' | 'app' | 'role'

export type Decision =
  | { readonly verdict: 'allow'; readonly role: Role; readonly by: string }
  | {
      readonly verdict: 'need'
      readonly confirm: Exclude<Confirm, 'none'>
      /** Nobody else is there to approve: the asker types the app's name and says why. */
      readonly reason?: true
      readonly role: Role
      readonly by: string
    }
  | { readonly verdict: 'deny'; readonly axis: Axis; readonly role: Role | null }

/** The one way an owner gets a foot into a new guild or chat. */
const OPENS_A_PLACE = 'ops access trust'

export const rank = (role: Role): number => ROLES.indexOf(role)

/** Who may do what: pure and total. Everything that is not allowed by a rule is denied. */
export function decide(state: AccessState | undefined, question: Question): Decision {
  const { actor, place, verb, role } = question
  if (actor.platform === 'console') return allowed(state, question, 'owner', 'the local console')
  if (state === undefined) return { verdict: 'deny', axis: 'store', role: null }
  const owner = state.owners.includes(actorKey(actor))
  if (!isOpen(state, place, owner) && !(owner && verb === OPENS_A_PLACE))
    return { verdict: 'deny', axis: 'place', role: null }
  if (owner) return allowed(state, question, 'owner', 'OPS_OWNERS')
  const mine = state.grants.filter((grant) => holds(grant, question))
  if (mine.length === 0) return { verdict: 'deny', axis: 'subject', role: null }
  const denial = mine.find((grant) => denies(grant, question.app))
  if (denial) return { verdict: 'deny', axis: 'denied', role: null }
  return byGrants(
    state,
    question,
    mine.filter((grant) => !grant.deny),
    role,
  )
}

function byGrants(
  state: AccessState,
  question: Question,
  grants: readonly Grant[],
  needed: Role,
): Decision {
  const onApp = needed === 'known' ? grants : grants.filter((grant) => covers(grant, question.app))
  const [best] = [...onApp].sort((a, b) => rank(b.role) - rank(a.role))
  if (best === undefined)
    return { verdict: 'deny', axis: grants.length === 0 ? 'subject' : 'app', role: null }
  if (rank(best.role) < rank(needed)) return { verdict: 'deny', axis: 'role', role: best.role }
  return allowed(state, question, best.role, best.id)
}

function allowed(
  state: AccessState | undefined,
  question: Question,
  role: Role,
  by: string,
): Decision {
  const { confirm } = question
  if (confirm === 'none') return { verdict: 'allow', role, by }
  const alone = confirm === 'second' && (state === undefined || admins(state, question) < 2)
  return alone
    ? { verdict: 'need', confirm: 'typed', reason: true, role, by }
    : { verdict: 'need', confirm, role, by }
}

/** A private talk with an owner holds nobody else, so it needs no trust; everything else does. */
const isOpen = (state: AccessState, place: Place, owner: boolean): boolean =>
  (owner && place.private) ||
  state.trusted.some(({ platform, space }) => platform === place.platform && space === place.space)

function holds({ subject, scope, until }: Grant, { actor, place, now }: Question): boolean {
  const isThem =
    subject.kind === 'role'
      ? place.platform === 'discord' && actor.roles.includes(subject.id)
      : subject.platform === actor.platform && subject.id === actor.id
  return isThem && isHere(scope, place) && isLive(until, now)
}

const isHere = (scope: Grant['scope'], place: Place): boolean =>
  scope.platform === place.platform &&
  scope.space === place.space &&
  (scope.room === undefined || scope.room === place.room || scope.room === place.parent)

const isLive = (until: number | null, now: number): boolean => until === null || now < until

const covers = ({ apps }: Grant, app: string | null): boolean =>
  app === null || apps === '*' || (app !== '*' && apps.includes(app))

/** A denial of some apps says nothing about commands that are about none. */
const denies = ({ deny, apps }: Grant, app: string | null): boolean =>
  deny && (apps === '*' || app === '*' || (app !== null && apps.includes(app)))

/** How many people could approve this here; a Discord role may have many members and counts as two. */
function admins({ owners, grants }: AccessState, { place, app, now }: Question): number {
  const here = grants.filter(({ scope, until }) => isHere(scope, place) && isLive(until, now))
  const denied = here
    .filter((grant) => denies(grant, app))
    .map(({ subject }) => subjectKey(subject))
  const people = new Set(owners.filter((owner) => owner.startsWith(`${place.platform}:`)))
  let more = 0
  for (const grant of here) {
    const { subject, role, deny } = grant
    if (deny || rank(role) < rank('admin') || !covers(grant, app)) continue
    if (denied.includes(subjectKey(subject))) continue
    if (subject.kind === 'role') more += 2
    else people.add(actorKey(subject))
  }
  return people.size + more
}
