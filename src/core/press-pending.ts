import { enqueue } from './accept.ts'
import type { AcceptDeps } from './accept-deps.ts'
import { answer } from './answer.ts'
import { actorKey } from './access.ts'
import { auditEntry } from './audit.ts'
import { roleOf } from './command.ts'
import { nameOf, PENDING, type Pending } from './confirm.ts'
import type { Admission, Outcome, Refused } from './front.ts'
import type { Press } from './invocation.ts'
import { localise } from './localise.ts'
import { admitted, notice, refuse, refused, within } from './press-answers.ts'
import { ASKER, GONE, LATE, SECOND } from './press-words.ts'
import { decide } from './policy.ts'
import { forgetGiven } from './private.ts'
import { refusal } from './refusals.ts'
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

/** The asker confirms, if they still may; somebody else approves; the asker, or anyone who could have asked, says no. */
function mayPress(
  deps: AcceptDeps,
  request: Press,
  { draft, confirm: level }: Pending,
  what: 'confirm' | 'decline',
): Refused | undefined {
  const { actor, place } = request
  const own = actorKey(actor) === actorKey(draft.invocation.actor)
  if (own && what === 'decline') return undefined
  const entry = deps.registry.get(draft.invocation.command)
  if (entry === undefined) return refuse(deps, request, 'unknown', GONE)
  if (what === 'confirm' && level === 'second' && own)
    return refuse(deps, request, 'second', SECOND)
  if (what === 'confirm' && level !== 'second' && !own) return refuse(deps, request, 'asker', ASKER)
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
  const no = mayPress(deps, request, pending, 'confirm')
  if (no) return { kind: 'notice', reply: no.reply }
  if (!(await settle(deps, pending, 'confirmed'))) return notice(request, GONE)
  deps.audit.record(
    auditEntry('approved', request, {
      verb: draft.invocation.command,
      app: draft.app,
      detail: reasonOf(request, name),
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
    if (taken === undefined) return notice(request, GONE)
    return answer(deps, entry.command, invocation, draft.options)
  }
  const outcome = await enqueue(deps, {
    ...draft,
    lane: draft.lane,
    invocation,
    approvedBy: actorKey(request.actor),
    approver: { actor: request.actor, place: request.place },
  })
  await deps.store.remove(PENDING, pending.id)
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

/** The app's name, alone or with the reason behind it. */
const isNamed = ({ answer = '' }: Press, app: string): boolean =>
  answer
    .trim()
    .toLowerCase()
    .split(/[\s,:;]+/)[0] === app

const reasonOf = ({ answer = '' }: Press, app: string): string | null =>
  answer
    .trim()
    .slice(app.length)
    .replace(/^[\s,:;]*(?:because\b|因為|由於)?[\s,:;]*/i, '')
    .slice(0, 200) || null

async function decline(deps: AcceptDeps, request: Press, pending: Pending): Promise<Outcome> {
  if (!(await settle(deps, pending, 'declined'))) return notice(request, GONE)
  await forgetGiven(deps, pending.draft.options)
  const { command } = pending.draft.invocation
  deps.audit.record(auditEntry('declined', request, { verb: command }))
  const said = reply.info(tr(`/${command} was not run`, `/${command} 未執行`), [
    text(tr(`Cancelled by ${request.actor.name}.`, `已由 ${request.actor.name} 取消。`)),
  ])
  return { kind: 'reply', reply: localise(said, request.locale) }
}
