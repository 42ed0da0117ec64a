import { type Audit, auditEntry } from './audit.ts'
import { OpsError } from './errors.ts'
import { FINAL, type JobRecord, type JobState } from './job-record.ts'
import type { Metrics } from './ports.ts'
import { forgetGiven } from './private.ts'
import { failureReply } from './refusals.ts'
import type { Reply } from './reply.ts'
import { saidAlong, withFooter } from './say-for.ts'
import { LostJob, sentence } from './step-errors.ts'
import type { WorkDeps } from './work.ts'

interface FinishDeps extends Pick<
  WorkDeps,
  'jobs' | 'buttons' | 'outbox' | 'store' | 'clock' | 'log'
> {
  readonly audit: Audit
  readonly metrics: Pick<Metrics, 'job'>
}

/** How a job ended, and what is said about it. */
export interface End {
  readonly state: JobState
  readonly reply: Reply
  readonly result?: unknown
  readonly failure?: JobRecord['failure']
  /** In how many ms to look again at what is not known yet. */
  readonly followMs?: number
  /** Looking again can be stopped. */
  readonly followStops?: boolean
}

/** The end of a job whose command failed; faults of the bot itself go to the log whole. */
export function ended({ log }: Pick<FinishDeps, 'log'>, job: JobRecord, error: unknown): End {
  const known = error instanceof OpsError
  if (!known) log.error({ err: error, job: job.id }, 'job failed inside the bot')
  const code = known ? error.code : 'internal'
  return {
    state: code === 'cancelled' ? 'cancelled' : 'failed',
    reply: failureReply(error, job.id),
    failure: { code, message: known ? error.message : 'internal error', text: sentence(error) },
  }
}

/** The words and the mark as one: a worker that lost the job says nothing, and one that is killed has said and marked it, or neither. */
export async function finish(deps: FinishDeps, job: JobRecord, end: End): Promise<void> {
  const { jobs, clock, metrics } = deps
  const endedAt = clock.now()
  const said = withFooter(end.reply, job, endedAt)
  const words = saidAlong(deps, job, { said, final: end.followMs === undefined })
  let mine = false
  const mark = (now: JobRecord): JobRecord | undefined => {
    mine = !FINAL.has(now.state) && now.runs === job.runs
    return mine ? markOf(now, end, endedAt) : undefined
  }
  const after = await jobs.end(job.id, mark, words)
  // A record that is gone may have been judged by what was known of it before.
  if (!mine || after === undefined) throw new LostJob()
  if (after.follow) await jobs.lookLater(after)
  if (end.state !== 'asked' && !after.follow) await forgetGiven(deps, job.options)
  metrics.job(job.invocation.command, end.state, (endedAt - job.askedAt) / 1000)
  deps.audit.record(
    auditEntry('finished', job.invocation, { app: job.app, job: job.id, detail: end.state }),
  )
}

function markOf(
  now: JobRecord,
  { state, result, failure, followMs, followStops: stops = false }: End,
  endedAt: number,
): JobRecord {
  return {
    ...now,
    state,
    endedAt,
    ...(result !== undefined && { result }),
    ...(failure && { failure }),
    ...(followMs !== undefined && {
      follow: { n: 1, due: endedAt + followMs, ...(stops && { stops }) },
    }),
  }
}
