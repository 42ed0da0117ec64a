import type { AcceptDeps } from './accept-deps.ts'
import { answer } from './answer.ts'
import type { Assessed } from './assess.ts'
import { auditEntry } from './audit.ts'
import type { Command } from './command.ts'
import { confirmReply, lifeOf, PENDING, type Pending } from './confirm.ts'
import type { Outcome } from './front.ts'
import type { Invocation } from './invocation.ts'
import type { JobDraft } from './job-record.ts'
import type { Lane } from './ports.ts'
import { holdGiven } from './private.ts'
import { shown } from './shown.ts'
import { pageBreakGlass } from './tell-admins.ts'
import type { Text } from './text.ts'
import { tellUntaken, tellWaiting } from './waiting.ts'

const SEEN = 'seen'
/** Platforms deliver again for up to a day. */
const SEEN_MS = 2 * 86_400_000
/** A claim this old without a result belongs to a process that died on it. */
const CLAIM_MS = 30_000
/** Does what was admitted: answers, asks, or queues. Called once the platform was told that the request arrived. */
export async function accept(
  deps: AcceptDeps,
  invocation: Invocation,
  assessed: Assessed,
): Promise<Outcome> {
  const { command } = assessed.entry
  const { decision } = assessed
  const looksFirst = command.where === 'worker' && command.plan !== undefined
  if (decision.verdict === 'need' && !looksFirst)
    return once(deps, invocation, () => askFirst(deps, invocation, assessed))
  if (command.where === 'chat')
    return once(deps, invocation, () =>
      answer(deps, command, invocation, { options: assessed.options }),
    )
  const phase = decision.verdict === 'need' ? 'plan' : 'run'
  return enqueue(deps, draftOf(invocation, assessed, phase))
}

const draftOf = (
  invocation: Invocation,
  { options, app, entry }: Assessed,
  phase: JobDraft['phase'],
): JobDraft => ({ invocation, options, app, phase, lane: laneOf(entry.command, app, phase) })

const laneOf = (command: Command, app: string, phase: JobDraft['phase']): Lane =>
  command.where === 'worker' && command.kind === 'change' && phase === 'run' ? `app-${app}` : 'read'

/** Runs `work` for the first delivery of a request; a later one gets `duplicate`, unless the first died on it. */
async function once(
  { store, clock }: AcceptDeps,
  { id }: Invocation,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const now = clock.now()
  let mine = false
  await store.update(
    SEEN,
    id,
    (current) => {
      const claim = current as { at: number; done: boolean } | undefined
      mine = claim === undefined || (!claim.done && now - claim.at > CLAIM_MS)
      return mine ? { at: now, done: false } : undefined
    },
    { ttlMs: SEEN_MS },
  )
  if (!mine) return { kind: 'duplicate' }
  const outcome = await work()
  await store.put(SEEN, id, { at: now, done: true }, { ttlMs: SEEN_MS })
  return outcome
}

async function askFirst(
  deps: AcceptDeps,
  invocation: Invocation,
  assessed: Assessed,
): Promise<Outcome> {
  const { decision, entry } = assessed
  if (decision.verdict !== 'need') throw new Error('nothing to ask')
  const draft = draftOf(invocation, assessed, 'run')
  const pending: Pending = {
    id: deps.sealer.digest(invocation.id),
    draft: { ...draft, lane: entry.command.where === 'chat' ? null : draft.lane },
    confirm: decision.confirm,
    ...(decision.reason && { reason: decision.reason }),
    until: deps.clock.now() + lifeOf(decision),
    ...(decision.standsMs !== undefined && { standsMs: decision.standsMs }),
  }
  await deps.store.put(PENDING, pending.id, pending, { ttlMs: lifeOf(decision) })
  deps.audit.record(
    auditEntry('asked', invocation, { app: assessed.app, detail: decision.confirm }),
  )
  const note = noteOf(deps, invocation, assessed)
  return shown(deps, invocation, confirmReply(pending, undefined, note))
}

/** What the one who is about to confirm ought to know. */
function noteOf(
  { access, clock }: AcceptDeps,
  { actor, place }: Invocation,
  { entry: { command }, options }: Assessed,
): Text | undefined {
  const state = access.snapshot()
  if (command.where !== 'chat' || state === undefined) return undefined
  return command.note?.({ actor, place, state, now: clock.now() }, { ...options })
}

/** Makes it a job. Accepted means: written down before anything else happens. */
export async function enqueue(deps: AcceptDeps, draft: JobDraft): Promise<Outcome> {
  if (draft.phase === 'run') await holdGiven(deps, draft.options)
  const { job, fresh } = await deps.jobs.accept(draft)
  if (!fresh) return { kind: 'duplicate' }
  const { invocation, app } = draft
  deps.audit.record(auditEntry('accepted', invocation, { app, job: job.id }))
  const entry = deps.registry.get(invocation.command)
  if (entry && draft.phase === 'run')
    await pageBreakGlass(deps, invocation, { entry, options: draft.options, app })
  if (job.lane !== 'read') await tellWaiting(deps, job)
  void tellUntaken(deps, job)
  return { kind: 'queued', job: job.id }
}
