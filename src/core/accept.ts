import type { Access } from './access.ts'
import type { Assessed } from './assess.ts'
import { type Audit, auditEntry } from './audit.ts'
import type { Buttons } from './buttons.ts'
import { cancelJob } from './cancel.ts'
import type { ChatCommand, Command, Role } from './command.ts'
import { confirmReply, lifeOf, PENDING, type Pending } from './confirm.ts'
import type { Outcome } from './front.ts'
import type { Invocation } from './invocation.ts'
import type { JobDraft, Jobs } from './jobs.ts'
import { localise } from './localise.ts'
import type { Outbox } from './outbox.ts'
import type { Clock, Lane, Log, Sealer, Store } from './ports.ts'
import { decide } from './policy.ts'
import type { Registry } from './registry.ts'
import type { Reply } from './reply.ts'
import { tellUntaken, tellWaiting } from './waiting.ts'

export interface AcceptDeps {
  readonly registry: Registry
  readonly apps: readonly string[]
  readonly access: Access
  readonly jobs: Jobs
  readonly buttons: Buttons
  readonly outbox: Outbox
  readonly store: Store
  readonly sealer: Sealer
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
}

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
    return once(deps, invocation, () => answer(deps, command, invocation, assessed.options))
  const phase = decision.verdict === 'need' ? 'plan' : 'run'
  return enqueue(deps, draftOf(invocation, assessed, phase))
}

export const draftOf = (
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
    until: deps.clock.now() + lifeOf(decision.confirm),
  }
  await deps.store.put(PENDING, pending.id, pending, { ttlMs: lifeOf(decision.confirm) })
  deps.audit.record(
    auditEntry('asked', invocation, { app: assessed.app, detail: decision.confirm }),
  )
  return shown(deps, invocation, confirmReply(pending, undefined))
}

/** Runs a command that needs no worker. */
export async function answer(
  deps: AcceptDeps,
  command: ChatCommand,
  invocation: Invocation,
  options: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const { access, jobs, registry, store, clock, apps } = deps
  const { actor, place, at: askedAt } = invocation
  const may = (role: Role, app: string | null) =>
    decide(access.snapshot(), {
      actor,
      place,
      verb: invocation.command,
      role,
      confirm: 'none',
      app,
      now: clock.now(),
    }).verdict !== 'deny'
  const context = {
    actor,
    place,
    apps,
    access,
    registry,
    store,
    clock,
    askedAt,
    may,
    jobs: { ...jobs, cancel: (id: string, by: string) => cancelJob(deps, id, by) },
  }
  const result = await command.run(context, options)
  deps.audit.record(auditEntry('finished', invocation, { detail: 'done' }))
  const about = { app: apps[0] ?? '', job: null, asker: actor.name }
  const outcome = await shown(deps, invocation, command.render(result, options, about))
  return outcome.kind === 'reply' ? { ...outcome, result } : outcome
}

export async function shown(
  { buttons }: Pick<AcceptDeps, 'buttons'>,
  { id, place, actor, locale }: Pick<Invocation, 'id' | 'place' | 'actor' | 'locale'>,
  said: Reply,
): Promise<Outcome> {
  const equipped = await buttons.equip(said, { id, place, asker: actor })
  return { kind: 'reply', reply: localise(equipped, locale) }
}

/** Makes it a job. Accepted means: written down before anything else happens. */
export async function enqueue(deps: AcceptDeps, draft: JobDraft): Promise<Outcome> {
  const { job, fresh } = await deps.jobs.accept(draft)
  if (!fresh) return { kind: 'duplicate' }
  const { invocation, app } = draft
  deps.audit.record(auditEntry('accepted', invocation, { app, job: job.id }))
  if (job.lane !== 'read') await tellWaiting(deps, job)
  void tellUntaken(deps, job)
  return { kind: 'queued', job: job.id }
}
