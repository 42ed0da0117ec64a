import { answer, type AcceptDeps, enqueue } from './accept.ts'
import { actorKey } from './access.ts'
import { auditEntry } from './audit.ts'
import type { ButtonSet } from './buttons.ts'
import { roleOf } from './command.ts'
import { PENDING, type Pending } from './confirm.ts'
import { admit, guarded } from './admit.ts'
import type { Admission, Admitted, Outcome, Question, Refused } from './front.ts'
import type { Press } from './invocation.ts'
import { FINAL } from './jobs.ts'
import { localise } from './localise.ts'
import { ASKER, GONE, LATE, OVER, SECOND } from './press-words.ts'
import { decide } from './policy.ts'
import { refusal } from './refusals.ts'
import { type Intent, type Reply, reply, text } from './reply.ts'
import { say, type Text, tr } from './text.ts'

/** A press has to be acknowledged within 3 s, so its record is waited for only this long. */
const FIND_MS = 1500

/** Finds what a button stands for and decides about the person who pressed it, not the one who was shown it. */
export async function press(deps: AcceptDeps, request: Press): Promise<Admission | Question> {
  const found = await within(deps, deps.buttons.find(request.token))
  if (found === 'late') return refuse(deps, request, 'store', LATE)
  const action = found?.set.actions[found.index]
  if (found === undefined || action === undefined) return refuse(deps, request, 'expired', GONE)
  if (!isHere(found.set, request)) return refuse(deps, request, 'foreign', GONE)
  if (action.ask && request.answer === undefined) {
    const early = await refusedEarly(deps, request, action.intent)
    return early ?? questionOf(request, action.label, action.ask)
  }
  return settle(deps, request, action)
}

type Bound = ButtonSet['actions'][number]

function settle(
  deps: AcceptDeps,
  request: Press,
  { intent, into }: Bound,
): Promise<Admission> | Admission {
  switch (intent.do) {
    case 'run': {
      const input = into === undefined ? intent.input : { ...intent.input, [into]: request.answer }
      const { token: _, answer: __, ...rest } = request
      return admit(deps, { ...rest, command: intent.command, input }, 'reply')
    }
    case 'cancel':
      return admitted(deps, request, () => cancel(deps, request, intent.job))
    case 'confirm':
    case 'decline':
      return settlePending(deps, request, intent)
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

async function settlePending(
  deps: AcceptDeps,
  request: Press,
  intent: Extract<Intent, { do: 'confirm' | 'decline' }>,
): Promise<Admission> {
  const pending = (await within(deps, deps.store.get(PENDING, intent.pending))) as
    Pending | 'late' | undefined
  if (pending === 'late') return refuse(deps, request, 'store', LATE)
  if (pending === undefined || pending.until <= deps.clock.now())
    return refuse(deps, request, 'expired', GONE)
  const no = mayPress(deps, request, pending, intent.do)
  if (no) return no
  if (intent.do === 'decline') return admitted(deps, request, () => decline(deps, request, pending))
  return admitted(deps, request, () => confirm(deps, request, pending))
}

/** The asker confirms; somebody else approves; the asker, or anyone who could have asked, says no. */
function mayPress(
  deps: AcceptDeps,
  request: Press,
  { draft, confirm: level }: Pending,
  what: 'confirm' | 'decline',
): Refused | undefined {
  const { actor, place } = request
  const own = actorKey(actor) === actorKey(draft.invocation.actor)
  if (own && (what === 'decline' || level !== 'second')) return undefined
  const entry = deps.registry.get(draft.invocation.command)
  if (entry === undefined) return refuse(deps, request, 'unknown', GONE)
  if (what === 'confirm' && level === 'second' && own)
    return refuse(deps, request, 'second', SECOND)
  if (what === 'confirm' && level !== 'second') return refuse(deps, request, 'asker', ASKER)
  const question = {
    actor,
    place,
    verb: draft.invocation.command,
    role: roleOf(entry.command, { ...draft.options }),
    confirm: 'none',
    app: entry.path.startsWith('openclaw ') ? draft.app : null,
    now: deps.clock.now(),
  } as const
  const decision = decide(deps.access.snapshot(), question)
  if (decision.verdict !== 'deny') return undefined
  return refused(deps, request, decision.axis, refusal(decision, question))
}

/** Turns the pending question into the job. Pressing twice makes the same job, so it runs once. */
async function confirm(deps: AcceptDeps, request: Press, pending: Pending): Promise<Outcome> {
  const { draft, confirm: level } = pending
  if (level === 'typed' && request.answer?.trim().toLowerCase() !== draft.app)
    return notice(
      request,
      tr(`That is not ${draft.app}; nothing was done.`, `這不是 ${draft.app}；沒有執行任何動作。`),
    )
  const entry = deps.registry.get(draft.invocation.command)
  if (entry === undefined) return notice(request, GONE)
  deps.audit.record(
    auditEntry('approved', request, { verb: draft.invocation.command, app: draft.app }),
  )
  const invocation = {
    ...draft.invocation,
    id: `c-${pending.id}`,
    address: request.address,
  }
  if (draft.lane === null) {
    if (entry.command.where !== 'chat') return notice(request, GONE)
    const taken = await deps.store.take(PENDING, pending.id)
    if (taken === undefined) return notice(request, GONE)
    return answer(deps, entry.command, invocation, draft.options)
  }
  const outcome = await enqueue(deps, {
    ...draft,
    lane: draft.lane,
    invocation,
    approvedBy: actorKey(request.actor),
  })
  await deps.store.remove(PENDING, pending.id)
  return outcome
}

async function decline(deps: AcceptDeps, request: Press, pending: Pending): Promise<Outcome> {
  await deps.store.remove(PENDING, pending.id)
  const { command } = pending.draft.invocation
  deps.audit.record(auditEntry('declined', request, { verb: command }))
  const said = reply.info(tr(`/${command} was not run`, `/${command} 未執行`), [
    text(tr(`Cancelled by ${request.actor.name}.`, `已由 ${request.actor.name} 取消。`)),
  ])
  return { kind: 'reply', reply: localise(said, request.locale) }
}

async function cancel(deps: AcceptDeps, request: Press, id: string): Promise<Outcome> {
  const job = await deps.jobs.get(id)
  if (job === undefined || FINAL.has(job.state)) return notice(request, OVER)
  const own = actorKey(job.invocation.actor) === actorKey(request.actor)
  const asked = {
    actor: request.actor,
    place: request.place,
    verb: 'ops cancel',
    role: 'operator',
    confirm: 'none',
    app: job.app,
    now: deps.clock.now(),
  } as const
  const decision = decide(deps.access.snapshot(), asked)
  if (!own && decision.verdict === 'deny')
    return { kind: 'notice', reply: localise(refusal(decision, asked), request.locale) }
  const result = await deps.jobs.cancel(id, request.actor.name)
  if (result === 'asked')
    return notice(request, tr('It stops at its next step.', '會在下一個步驟停止。'))
  if (result !== 'cancelled') return notice(request, OVER)
  const said = reply.info(tr('Cancelled before it began', '開始前已取消'), [], { footer: id })
  return { kind: 'reply', reply: localise(said, request.locale) }
}

const isHere = ({ platform, space }: ButtonSet, { place }: Press): boolean =>
  platform === place.platform && space === place.space

const admitted = (deps: AcceptDeps, request: Press, run: () => Promise<Outcome>): Admitted => ({
  kind: 'admitted',
  mode: 'update',
  audience: 'channel',
  run: () => guarded(deps, request, run),
})

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
    secret: ask.secret ?? false,
  }
}

const refuse = (deps: AcceptDeps, request: Press, detail: string, words: Text): Refused =>
  refused(deps, request, detail, reply.warn(words))

function refused(deps: AcceptDeps, request: Press, detail: string, said: Reply): Refused {
  deps.audit.record(auditEntry('refused', request, { detail }))
  return { kind: 'refused', reply: localise(said, request.locale) }
}

const notice = ({ locale }: Press, words: Text): Outcome => ({
  kind: 'notice',
  reply: localise(reply.warn(words), locale),
})

async function within<T>(deps: AcceptDeps, work: Promise<T>): Promise<T | 'late'> {
  const timer = new AbortController()
  const late = deps.clock.sleep(FIND_MS, timer.signal).then(() => 'late' as const)
  late.catch(() => {})
  try {
    return await Promise.race([work, late])
  } catch {
    return 'late'
  } finally {
    timer.abort()
  }
}
