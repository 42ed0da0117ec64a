import type { Access } from './access.ts'
import { askPlan } from './ask.ts'
import type { Assessed } from './assess.ts'
import { type Audit, auditEntry } from './audit.ts'
import { aboutJob, recordPlan } from './audit/job-entries.ts'
import type { Plan, WorkCommand } from './command.ts'
import type { WorkContext } from './context.ts'
import { decideAgain } from './decide-again.ts'
import { OpsError } from './errors.ts'
import { type End, ended, finish } from './finish.ts'
import { verdictOf } from './verdict.ts'
import { follow, isFollow } from './follow.ts'
import { becomeCure } from './become.ts'
import { FINAL, type JobRecord } from './job-record.ts'
import type { JobTurn, Metrics, Sealer } from './ports.ts'
import { persistently } from './persist.ts'
import { forgetGiven } from './private.ts'
import type { Registry } from './registry.ts'
import { type Reply, reply } from './reply.ts'
import { readAhead } from './read-ahead.ts'
import { cancelledBy, HandedOver, isLost, LostJob, unknownSteps } from './step-errors.ts'
import { sayFor } from './say-for.ts'
import { type Ends, workContext, type WorkDeps } from './work.ts'
import { tr } from './text.ts'

export interface RunnerDeps extends WorkDeps {
  readonly registry: Registry
  readonly access: Access
  readonly sealer: Sealer
  readonly audit: Audit
  readonly metrics: Pick<Metrics, 'job'>
  /** Aborted when this process is told to end: a job that caused it itself lets go at once. */
  readonly stopping?: AbortSignal
  /** Turns of the timer lane that are no jobs, by what their ids begin with: `I-`, `W-`. */
  readonly turns?: Readonly<Record<string, (turn: JobTurn) => Promise<void>>>
}

/** A look that takes longer than this is worth a word to the one who waits. */
const SLOW_MS = 2500

/** Gives the function that works off one turn of the queue. It rejects only when the turn has to be given again. */
export function createRunner(deps: RunnerDeps): (turn: JobTurn) => Promise<void> {
  const running = new Map<string, AbortController>()
  deps.jobs.hear()
  deps.jobs.onCancel((id) => void cancelHere(deps, running.get(id), id))

  const run = async (turn: JobTurn): Promise<void> => {
    const stop = new AbortController()
    // Before it begins, so that a cancel never falls between the two.
    running.set(turn.id, stop)
    const lose = () => stop.abort(new LostJob())
    turn.signal.addEventListener('abort', lose)
    if (turn.signal.aborted) lose()
    const leave = () => stop.abort(new HandedOver())
    const onHandOver = () => {
      deps.stopping?.addEventListener('abort', leave)
      if (deps.stopping?.aborted) leave()
    }
    const ends = { stop, lost: turn.signal, onHandOver }
    // Side by side with the job's own record.
    const ahead = readAhead(deps.access)
    try {
      const job = await begin(deps, turn.id)
      if (job !== undefined) await finish(deps, job, await work(deps, job, { ...ends, ahead }))
    } catch (error) {
      // However the abort surfaced, this is what it was.
      throw stop.signal.reason instanceof HandedOver ? stop.signal.reason : error
    } finally {
      deps.stopping?.removeEventListener('abort', leave)
      turn.signal.removeEventListener('abort', lose)
      if (running.get(turn.id) === stop) running.delete(turn.id)
    }
  }
  return (turn) => {
    if (isFollow(turn.id)) return follow(deps, turn)
    return deps.turns?.[turn.id.slice(0, 2)]?.(turn) ?? persistently(deps, turn, run)
  }
}

async function cancelHere(
  { jobs }: RunnerDeps,
  stop: AbortController | undefined,
  id: string,
): Promise<void> {
  if (stop === undefined) return
  const job = await jobs.get(id).catch(() => undefined)
  if (job?.cancelledBy !== undefined) stop.abort(cancelledBy(job.cancelledBy))
}

/** Marks the job as running here; nothing when it is over already. */
async function begin(deps: RunnerDeps, id: string): Promise<JobRecord | undefined> {
  const { jobs, clock, log } = deps
  let begun = false
  const job = await jobs.change(id, (now) => {
    begun = !FINAL.has(now.state)
    if (!begun) return undefined
    return { ...now, state: 'running', runs: now.runs + 1, startedAt: now.startedAt ?? clock.now() }
  })
  if (job === undefined) log.warn({ job: id }, 'the queue gave a job nobody wrote down')
  // Its worker died between the mark and this.
  else if (!begun && job.state !== 'asked' && !job.follow) await forgetGiven(deps, job.options)
  return begun ? job : undefined
}

type Turn = Omit<Ends, 'signal'> & { readonly stop: AbortController; readonly ahead: Access }

/** Decides again, runs, and turns whatever comes of it into an end. Rejects when another run has to go on with it. */
async function work(
  deps: RunnerDeps,
  job: JobRecord,
  { stop, lost, onHandOver, ahead }: Turn,
): Promise<End> {
  const slow = new AbortController()
  try {
    if (job.cancelledBy !== undefined) stop.abort(cancelledBy(job.cancelledBy))
    if (job.runs === 1) stop.signal.throwIfAborted()
    const assessed = begun(job)
      ? resumed(deps, job)
      : await decideAgain({ ...deps, access: ahead }, job)
    if (!assessed.ok) return { state: 'refused', reply: assessed.reply }
    deps.audit.record(auditEntry('started', job.invocation, aboutJob(job)))
    if (job.lane === 'read') void tellSlow(deps, job, slow.signal)
    const context = workContext(deps, job, { signal: stop.signal, lost, onHandOver })
    return await runCommand(deps, job, assessed, context)
  } catch (error) {
    if (isLost(error) || isLost(stop.signal.reason)) throw error
    if (error instanceof OpsError && error.code === 'unavailable') throw error
    return ended(deps, job, error)
  } finally {
    // With a reason of ours: without one an error with its stack is made each time.
    slow.abort(null)
  }
}

/** Steps have run: whoever may no longer ask for it, stopping here would leave it half-changed. */
const begun = ({ steps }: JobRecord): boolean => Object.keys(steps).length > 0

type Allowed = Pick<Assessed, 'ok' | 'entry' | 'options'>

function resumed({ registry }: RunnerDeps, { invocation, options }: JobRecord): Allowed {
  const entry = registry.get(invocation.command)
  if (entry === undefined) throw unknownSteps(invocation.command)
  return { ok: true, entry, options }
}

async function runCommand(
  deps: RunnerDeps,
  job: JobRecord,
  { entry, options }: Allowed,
  context: WorkContext,
): Promise<End> {
  const command = entry.command
  if (command.where !== 'worker') throw new Error(`/${entry.path} is no command for a worker`)
  // Once steps have run, the world differs from the plan because of them.
  const plan = begun(job) ? undefined : await command.plan?.(context, options)
  const confirmed = job.approvedBy !== undefined
  const stale = confirmed && plan?.fingerprint !== job.plan?.fingerprint
  const asks = plan?.nothing !== true && (job.phase === 'plan' || stale)
  if (plan && (command.kind === 'change' || asks)) recordPlan(deps, job, { plan, asks })
  if (plan && asks) return { state: 'asked', reply: await askPlan(deps, job, plan) }
  if (plan) await keepPlan(deps, job, plan)
  const result = toJson(await command.run(context, options, plan?.data ?? job.plan?.data))
  const next = command.next?.(result)
  const handed = next && (await becomeCure(deps, job, next))
  if (handed !== undefined && 'state' in handed) return handed
  if (handed) return runCommand(deps, handed.job, handed.assessed, { ...context, phase: 'plan' })
  const followMs = command.follow?.after(result) ?? undefined
  const said = rendered(command, result, options, job)
  return {
    ...verdictOf(command, said, followMs !== undefined),
    reply: said,
    result,
    ...(followMs !== undefined && { followMs, followStops: command.follow?.stops === true }),
  }
}

/** A job that goes on after a crash goes on with the plan it began with. */
const keepPlan = ({ jobs }: RunnerDeps, { id }: JobRecord, { fingerprint, data }: Plan) =>
  jobs.change(id, (now) => ({ ...now, plan: { fingerprint, data } }))

const rendered = (
  command: WorkCommand,
  result: unknown,
  options: Readonly<Record<string, unknown>>,
  { app, id, invocation }: JobRecord,
): Reply => command.render(result, options, { app, job: id, asker: invocation.actor.name })

/** A result is what the queue and scripts will see of it. */
const toJson = (result: unknown): unknown =>
  result === undefined ? null : (JSON.parse(JSON.stringify(result)) as unknown)

async function tellSlow(deps: RunnerDeps, job: JobRecord, signal: AbortSignal): Promise<void> {
  try {
    await deps.clock.sleep(SLOW_MS, signal)
    const said = reply.pending(tr('Looking…', '查詢中…'), [], { footer: job.id })
    await sayFor(deps, job, said, false)
  } catch {
    // Answered in time, or the store is away: the end of the job says what matters.
  }
}
