import { type AccessState, actorKey, type Freeze, type Grant } from './access.ts'
import type { Confirm, Risk, Role } from './command.ts'
import { guardOf, raised } from './guard.ts'
import type { Actor, Place } from './invocation.ts'
import { ceilingOf, covers, denies, hasSecond, holds, lower, rank, worth } from './reach.ts'

export { rank } from './reach.ts'

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
  /** What it may do to the world; it only looks when left out, which is how what is shown (help, completion, buttons) is decided. */
  readonly risk?: Risk
  /** Whose approval it takes; the role's own when left out. */
  readonly approver?: Role
  /** They hold a one-time code for this place, which is still to be proven. */
  readonly code?: boolean
}

/** Which of the things that must all match did not, or which rule allowed it. */
export type Axis =
  'store' | 'place' | 'subject' | 'denied' | 'app' | 'role' | 'ceiling' | 'frozen' | 'second'

export type Decision =
  | { readonly verdict: 'allow'; readonly role: Role; readonly by: string }
  | {
      readonly verdict: 'need'
      readonly confirm: Exclude<Confirm, 'none'>
      /** Nobody else is there to approve: the asker types the app's name and says why. */
      readonly reason?: true
      /** How long the question stands at most, in ms, where that is settled. */
      readonly standsMs?: number
      readonly role: Role
      readonly by: string
    }
  | {
      readonly verdict: 'deny'
      readonly axis: Axis
      readonly role: Role | null
      /** Why and by whom, where everything is stopped. */
      readonly freeze?: Freeze
    }

/** The one way into a new guild or chat. */
export const OPENS_A_PLACE = 'ops access trust'
/** The one change that a freeze lets through. */
export const LIFTS_A_FREEZE = 'ops unfreeze'
const BY_OWNERS = 'OPS_OWNERS'
const BY_CONSOLE = 'the local console'
const BY_CODE = 'a one-time code'

const deny = (axis: Axis, role: Role | null = null): Decision => ({ verdict: 'deny', axis, role })

/** Who may do what: pure and total. Everything that is not allowed by a rule is denied. */
export function decide(state: AccessState | undefined, question: Question): Decision {
  const who = standingOf(state, question)
  if ('verdict' in who) return who
  const { held, by } = who
  const ceiling = state && ceilingOf(state, question.place, question.now)
  const role = ceiling === undefined ? held : lower<Role>(held, ceiling)
  if (rank(held) < rank(question.role)) return deny('role', held)
  if (rank(role) < rank(question.role)) return deny('ceiling', role)
  const { risk = 'read', verb } = question
  if (risk !== 'read' && state === undefined) return deny('store')
  if (risk !== 'read' && state?.freeze && verb !== LIFTS_A_FREEZE)
    return { verdict: 'deny', axis: 'frozen', role, freeze: state.freeze }
  return confirmed(state, question, { role, by })
}

interface Held {
  readonly held: Role
  /** The rule it comes from: a grant's id, or one of the words above. */
  readonly by: string
}

/** Which role somebody has before any ceiling, and by which rule; or why they have none. */
function standingOf(state: AccessState | undefined, question: Question): Held | Decision {
  const { actor, place, verb } = question
  if (actor.platform === 'console') return { held: 'owner', by: BY_CONSOLE }
  if (state === undefined) return deny('store')
  const owner = state.owners.includes(actorKey(actor))
  const opens = verb === OPENS_A_PLACE
  if (!isOpen(state, place, owner)) {
    if (opens && owner) return { held: 'owner', by: BY_OWNERS }
    return opens && question.code === true ? { held: 'known', by: BY_CODE } : deny('place')
  }
  if (owner) return { held: 'owner', by: BY_OWNERS }
  return byGrants(state, question)
}

function byGrants({ grants }: AccessState, question: Question): Held | Decision {
  const { app, role: needed } = question
  const mine = grants.filter((grant) => holds(grant, question))
  if (mine.length === 0) return deny('subject')
  if (mine.some((grant) => denies(grant, app))) return deny('denied')
  const given = mine.filter((grant) => !grant.deny)
  const onApp = needed === 'known' ? given : given.filter((grant) => covers(grant, app))
  const [best] = onApp.toSorted((a, b) => rank(worth(b)) - rank(worth(a)))
  if (best === undefined) return deny(given.length === 0 ? 'subject' : 'app')
  return { held: worth(best), by: best.id }
}

/** What has to be said before it runs. Where nobody else could approve, those who could have done so themselves say why instead. */
function confirmed(
  state: AccessState | undefined,
  question: Question,
  { role, by }: { readonly role: Role; readonly by: string },
): Decision {
  const { approver = question.role, risk = 'read', place, app } = question
  const guard = guardOf(state ?? {}, place, app)
  const confirm = raised(question.confirm, risk, guard)
  if (confirm === 'none') return { verdict: 'allow', role, by }
  const { standsMs } = guard
  const stands = standsMs === null ? {} : { standsMs }
  const isAlone =
    confirm === 'second' && (state === undefined || !hasSecond(state, { ...question, approver }))
  if (!isAlone) return { verdict: 'need', confirm, role, by, ...stands }
  if (rank(role) < rank(approver)) return deny('second', role)
  return { verdict: 'need', confirm: 'typed', reason: true, role, by, ...stands }
}

/** A private talk with an owner holds nobody else, so it needs no trust; everything else does. */
const isOpen = (state: AccessState, place: Place, owner: boolean): boolean =>
  (owner && place.private) ||
  state.trusted.some(({ platform, space }) => platform === place.platform && space === place.space)

/** Role and grants that count for the one who asks, for explaining. */
export const grantsOf = (
  { grants }: AccessState,
  question: Pick<Question, 'actor' | 'place' | 'now'>,
): readonly Grant[] => grants.filter((grant) => holds(grant, question))

/** How much stands behind a yes: more is never taken for less. */
const LEVELS: readonly Confirm[] = ['none', 'button', 'typed', 'second']
export const asksMore = (
  now: { readonly confirm: Confirm; readonly reason?: true | undefined },
  before: { readonly confirm: Confirm; readonly reason?: true | undefined },
): boolean => {
  const strength = ({ confirm, reason }: typeof now) =>
    LEVELS.indexOf(confirm) * 2 + (reason === true ? 1 : 0)
  return strength(now) > strength(before)
}
