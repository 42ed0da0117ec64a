import { type Access, type AccessState, actorKey, isSamePerson } from './access.ts'
import { isGone } from './census.ts'
import { assess, type Assessed, type Rejected, weightOf } from './assess.ts'
import { approverOf, confirmOf } from './command.ts'
import type { JobRecord } from './job-record.ts'
import { asksMore, decide } from './policy.ts'
import type { Clock } from './ports.ts'
import { MORE } from './press-words.ts'
import { refusal } from './refusals.ts'
import type { Registry } from './registry.ts'
import { reply } from './reply.ts'

interface Deps {
  readonly registry: Registry
  readonly apps: readonly string[]
  readonly access: Access
  readonly clock: Pick<Clock, 'now'>
}
type Verdict = Assessed | Pick<Rejected, 'ok' | 'reply'>

/** Another release may have queued it, a grant may be gone, somebody may have frozen everything: nothing is taken on trust from the queue. */
export async function decideAgain(
  { registry, apps, access, clock }: Deps,
  job: JobRecord,
): Promise<Verdict> {
  const state = withoutGoneRoles(await access.fresh())
  const world = { registry, apps, state, now: clock.now() }
  const asker = assess(world, { ...job.invocation, input: job.options })
  if (!asker.ok) return asker
  if (job.approver === undefined) return job.phase === 'run' && isRaised(asker) ? TOO_LITTLE : asker
  if (isTooLittle(state, asker, job)) return TOO_LITTLE
  return approved({ state, now: clock.now() }, asker, job) ?? asker
}

/** Who asked has the roles of back then: one that was deleted since is given to nobody any more. */
export const withoutGoneRoles = (state: AccessState): AccessState => ({
  ...state,
  grants: state.grants.filter(
    ({ subject, scope }) => subject.kind === 'user' || !isGone(state, scope, subject),
  ),
})

const TOO_LITTLE = { ok: false, reply: reply.warn(MORE) } as const

/** More is asked for by now than the command asks by itself, and nobody was asked. */
const isRaised = ({ decision, entry, options }: Assessed): boolean =>
  decision.verdict === 'need' &&
  asksMore(decision, { confirm: confirmOf(entry.command, { ...options }) })

/** Somebody who could approve came since it was confirmed alone; or the two turned out to be one. */
function isTooLittle(
  state: AccessState,
  { decision }: Assessed,
  { confirmed, approver, invocation }: JobRecord,
): boolean {
  if (confirmed === undefined || approver === undefined) return false
  if (decision.verdict === 'need' && asksMore(decision, confirmed)) return true
  const [one, other] = [actorKey(approver.actor), actorKey(invocation.actor)]
  return confirmed.confirm === 'second' && isSamePerson(state, one, other)
}

/** Whoever said yes has to be one who may say so still. */
function approved(
  { state, now }: { readonly state: AccessState; readonly now: number },
  { entry, app, options, decision }: Assessed,
  { approver }: JobRecord,
): Pick<Rejected, 'ok' | 'reply'> | undefined {
  if (approver === undefined || decision.verdict !== 'need') return undefined
  const { command, path } = entry
  const question = {
    actor: approver.actor,
    place: approver.place,
    verb: path,
    role: approverOf(command, { ...options }),
    confirm: 'none',
    app: path.startsWith('openclaw ') ? app : null,
    now,
    risk: weightOf(command, options).risk ?? 'read',
  } as const
  const again = decide(state, question)
  return again.verdict === 'deny' ? { ok: false, reply: refusal(again, question) } : undefined
}
