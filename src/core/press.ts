import type { AcceptDeps } from './accept-deps.ts'
import { actorKey } from './access.ts'
import { admit } from './admit.ts'
import { auditEntry } from './audit.ts'
import { boundPlace } from './button-place.ts'
import type { ButtonSet } from './buttons.ts'
import { cancelJob, neverBegan } from './cancel.ts'
import type { Admission, Outcome, Question, Refused } from './front.ts'
import type { Press } from './invocation.ts'
import { FINAL } from './job-record.ts'
import { localise } from './localise.ts'
import { admitted, done, notice, refuse, refused, within } from './press-answers.ts'
import { answerPrivately } from './private-answer.ts'
import { isAskToken } from './private-ask.ts'
import { settlePending } from './press-pending.ts'
import { reveal } from './press-reveal.ts'
import { GONE, LATE, OVER } from './press-words.ts'
import { decide } from './policy.ts'
import { refusal } from './refusals.ts'
import type { Intent } from './reply.ts'
import { say, type Text, tr } from './text.ts'

/** Finds what a button stands for and decides about the person who pressed it, not the one who was shown it. */
export async function press(deps: AcceptDeps, request: Press): Promise<Admission | Question> {
  if (isAskToken(request.token)) return answerPrivately(deps, request)
  const found = await within(deps, deps.buttons.find(request.token))
  if (found === 'late') return refuse(deps, request, 'store', LATE)
  const action = found?.set.actions[found.index]
  if (found === undefined || action === undefined) return refuse(deps, request, 'expired', GONE)
  const place = await boundPlace(deps, found.set, request)
  if (place === undefined) return refuse(deps, request, 'foreign', GONE)
  return settleIn(deps, { ...request, place }, action)
}

async function settleIn(
  deps: AcceptDeps,
  request: Press,
  action: Bound,
): Promise<Admission | Question> {
  if (!action.ask || request.answer !== undefined) return settle(deps, request, action)
  const early = await refusedEarly(deps, request, action.intent)
  return early ?? questionOf(request, action.label, action.ask)
}

type Bound = ButtonSet['actions'][number]

function settle(
  deps: AcceptDeps,
  request: Press,
  { intent, into }: Bound,
): Promise<Admission> | Admission | Question {
  switch (intent.do) {
    case 'run': {
      const input = into === undefined ? intent.input : { ...intent.input, [into]: request.answer }
      const { token: _, answer: __, address, ...rest } = request
      // The answer is a message of its own: the pressed one stays as it is.
      const { message: ___, ...fresh } = address
      return admit(deps, { ...rest, address: fresh, command: intent.command, input })
    }
    case 'cancel':
      return admitted(deps, request, (here) => cancel(deps, here, intent.job))
    case 'confirm':
    case 'decline':
      return settlePending(deps, request, intent)
    case 'reveal':
      return reveal(deps, request, intent.secret)
    default:
      return intent satisfies never
  }
}

/** What can be said no to before anything is typed. */
async function refusedEarly(
  deps: AcceptDeps,
  request: Press,
  intent: Intent,
): Promise<Refused | undefined> {
  if (intent.do !== 'confirm') return undefined
  const admission = await settlePending(deps, request, intent)
  return admission.kind === 'refused' ? admission : undefined
}

async function cancel(deps: AcceptDeps, request: Press, id: string): Promise<Outcome> {
  const job = await deps.jobs.get(id)
  const live = job?.follow?.stops === true
  if (job === undefined || (FINAL.has(job.state) && !live)) return notice(request, OVER)
  const own = actorKey(job.invocation.actor) === actorKey(request.actor)
  const asked = {
    actor: request.actor,
    place: request.place,
    verb: 'ops cancel',
    // One's own as by the command: whoever was denied meanwhile stops nothing that runs.
    role: own ? 'viewer' : live ? 'responder' : 'operator',
    confirm: 'none',
    app: job.app,
    now: deps.clock.now(),
  } as const
  const decision = decide(await deps.access.fresh(), asked)
  if (decision.verdict === 'deny') {
    const no = refused(deps, request, decision.axis, refusal(decision, asked))
    return { kind: 'notice', reply: no.reply }
  }
  const result = await cancelJob(deps, id, request.actor.name)
  if (result === 'cancelled' || result === 'asked')
    deps.audit.record(
      auditEntry('finished', request, {
        verb: 'ops cancel',
        app: job.app,
        job: id,
        detail: 'done',
      }),
    )
  if (result === 'asked')
    return done(request, tr('It stops at its next step.', '會在下一個步驟停止。'))
  if (result !== 'cancelled') return notice(request, OVER)
  return { kind: 'reply', reply: localise(neverBegan(id, request.actor.name), request.locale) }
}

function questionOf(
  { token, locale }: Press,
  label: Text,
  ask: NonNullable<Bound['ask']>,
): Question {
  return {
    kind: 'question',
    token,
    title: say(label, locale),
    label: say(ask.label, locale),
    placeholder: ask.placeholder,
    ...(ask.reason !== undefined && { reason: say(ask.reason, locale) }),
    secret: ask.secret ?? false,
  }
}
