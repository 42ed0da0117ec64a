import { enqueue } from './accept.ts'
import type { AcceptDeps } from './accept-deps.ts'
import { answer } from './answer.ts'
import { actorKey, isSamePerson } from './access.ts'
import { auditEntry } from './audit.ts'
import { planDigest } from './audit/plan-facts.ts'
import { appAbout, assess, holdsCode, weightOf } from './assess.ts'
import { approverOf, roleOf } from './command.ts'
import { endOf, nameOf, PENDING, type Pending } from './confirm.ts'
import type { Admission, Outcome, Refused } from './front.ts'
import type { Press } from './invocation.ts'
import { isNamed, reasonOf } from './typed-name.ts'
import { localise } from './localise.ts'
import { admitted, notice, refuse, refused, within } from './press-answers.ts'
import { worldOf } from './admit.ts'
import { ASKER, GONE, LATE, MORE, SAME, SECOND } from './press-words.ts'
import { asksMore, decide } from './policy.ts'
import { forgetGiven } from './private.ts'
import { refusal } from './refusals.ts'
import type { Registered } from './registry.ts'
import { type Intent, reply, text } from './reply.ts'
import { tr } from './text.ts'

/** A press on the buttons of a question: decides again about the one who pressed, then settles it. */
export async function settlePending(
  deps: AcceptDeps,
  request: Press,
  intent: Extract<Intent, { do: 'confirm' | 'decline' }>,
): Promise<Admission> {
  const pending = (await within(deps, deps.store.get(PENDING, intent.pending))) as
    Pending | 'late' | undefined
  if (pending === 'late') return refuse(deps, request, 'store', LATE)
  if (pending === undefined || pending.until <= deps.clock.now())
    return refuse(deps, request, 'expired', GONE)
  const answered = intent.do === 'confirm' ? 'confirmed' : 'declined'
  if (pending.settled !== undefined && pending.settled !== answered)
    return refuse(deps, request, 'settled', GONE)
  const no = mayPress(deps, request, pending, intent.do)
  if (no) return no
  if (intent.do === 'decline')
    return admitted(deps, request, (here) => decline(deps, here, pending))
  return admitted(deps, request, (here) => confirm(deps, here, pending))
}

/** The asker confirms, if they still may; another human approves; the asker, or anyone who could have asked, says no. */
function mayPress(
  deps: AcceptDeps,
  request: Press,
  { draft, confirm: level }: Pending,
  what: 'confirm' | 'decline',
): Refused | undefined {
  const { actor, place } = request
  const asker = actorKey(draft.invocation.actor)
  const own = actorKey(actor) === asker
  if (own && what === 'decline') return undefined
  const entry = deps.registry.get(draft.invocation.command)
  if (entry === undefined) return refuse(deps, request, 'unknown', GONE)
  const approves = what === 'confirm' && level === 'second'
  if (approves && own) return refuse(deps, request, 'second', SECOND)
  const state = deps.access.snapshot()
  if (approves && state && isSamePerson(state, actorKey(actor), asker))
    return refuse(deps, request, 'second', SAME)
  if (what === 'confirm' && level !== 'second' && !own) return refuse(deps, request, 'asker', ASKER)
  const options = { ...draft.options }
  const { command } = draft.invocation
  const question = {
    actor,
    place,
    verb: command,
    role: (approves ? approverOf : roleOf)(entry.command, options),
    confirm: 'none',
    app: appOf(entry, draft, approves),
    now: deps.clock.now(),
    risk: what === 'decline' ? 'read' : (weightOf(entry.command, options).risk ?? 'read'),
    ...(holdsCode(command, options) && { code: true }),
  } as const
  const decision = decide(state, question)
  if (decision.verdict !== 'deny') return undefined
  return refused(deps, request, decision.axis, refusal(decision, question))
}

/** What is about no app in particular is about all of them, to whoever approves it. */
function appOf(entry: Registered, { app, options }: Pending['draft'], approves: boolean) {
  if (entry.path.startsWith('openclaw ')) return app
  const about = appAbout(entry, options, app)
  if (!approves || about !== null) return about
  const named = options['app']
  return typeof named === 'string' ? named : '*'
}

/** The asker is decided about once more: a grant, a ceiling, a freeze or a second admin may have come or gone since they asked. */
function mayStill(deps: AcceptDeps, request: Press, pending: Pending): Refused | undefined {
  const { draft, confirm: level, reason } = pending
  const asked = assess(worldOf(deps), { ...draft.invocation, input: draft.options })
  if (!asked.ok) return refused(deps, request, asked.axis, asked.reply)
  const { decision } = asked
  if (decision.verdict !== 'need') return undefined
  if (endOf(pending, decision) <= deps.clock.now()) return refuse(deps, request, 'expired', GONE)
  return asksMore(decision, { confirm: level, reason })
    ? refuse(deps, request, 'second', MORE)
    : undefined
}

/** Turns the pending question into the job. Pressing twice makes the same job, so it runs once. */
async function confirm(deps: AcceptDeps, request: Press, pending: Pending): Promise<Outcome> {
  const { draft, confirm: level } = pending
  const name = nameOf(pending)
  if (level === 'typed' && !isNamed(request, name))
    return notice(
      request,
      tr(`That is not ${name}; nothing was done.`, `這不是 ${name}；沒有執行任何動作。`),
    )
  if (pending.reason && reasonOf(request, name) === null)
    return notice(
      request,
      tr(
        `Nothing was done: say why, too. Press again and type: ${name} because …`,
        `沒有執行任何動作：請一併說明原因。請再按一次並輸入：${name} 因為…`,
      ),
    )
  const entry = deps.registry.get(draft.invocation.command)
  if (entry === undefined) return notice(request, GONE)
  await deps.access.fresh()
  const no = mayPress(deps, request, pending, 'confirm') ?? mayStill(deps, request, pending)
  if (no) return { kind: 'notice', reply: no.reply }
  if (!(await settle(deps, pending, 'confirmed'))) return tooLate(deps, request)
  deps.audit.record(
    auditEntry('approved', request, {
      verb: draft.invocation.command,
      app: draft.app,
      detail: reasonOf(request, name),
      ...(draft.plan && { plan: { digest: planDigest(draft.plan.fingerprint) } }),
    }),
  )
  const invocation = {
    ...draft.invocation,
    id: `c-${pending.id}`,
    address: request.address,
  }
  if (draft.lane === null) {
    if (entry.command.where !== 'chat') return notice(request, GONE)
    const taken = await deps.store.take(PENDING, pending.id)
    if (taken === undefined) return tooLate(deps, request)
    return answer(deps, entry.command, invocation, {
      options: draft.options,
      approver: request.actor,
    })
  }
  const outcome = await enqueue(deps, {
    ...draft,
    lane: draft.lane,
    invocation,
    approvedBy: actorKey(request.actor),
    approver: { actor: request.actor, place: request.place },
    confirmed: { confirm: level, ...(pending.reason && { reason: pending.reason }) },
  })
  await deps.store.remove(PENDING, pending.id)
  if (outcome.kind === 'duplicate')
    deps.audit.record(auditEntry('refused', request, { app: draft.app, detail: 'doubled' }))
  return outcome
}

/** Of those who press at the same time one settles it; the same answer again changes nothing. */
async function settle(
  { store }: AcceptDeps,
  { id }: Pending,
  as: NonNullable<Pending['settled']>,
): Promise<boolean> {
  const after = (await store.update(PENDING, id, (current) => {
    const pending = current as Pending | undefined
    return pending === undefined || pending.settled !== undefined
      ? undefined
      : { ...pending, settled: as }
  })) as Pending | undefined
  return after?.settled === as
}

/** Another press was faster. */
const tooLate = (deps: AcceptDeps, request: Press): Outcome => ({
  kind: 'notice',
  reply: refuse(deps, request, 'settled', GONE).reply,
})

async function decline(deps: AcceptDeps, request: Press, pending: Pending): Promise<Outcome> {
  if (!(await settle(deps, pending, 'declined'))) return tooLate(deps, request)
  await forgetGiven(deps, pending.draft.options)
  const { command } = pending.draft.invocation
  deps.audit.record(auditEntry('declined', request, { verb: command, app: pending.draft.app }))
  const said = reply.info(tr(`/${command} was not run`, `/${command} 未執行`), [
    text(tr(`Cancelled by ${request.actor.name}.`, `已由 ${request.actor.name} 取消。`)),
  ])
  return { kind: 'reply', reply: localise(said, request.locale) }
}
