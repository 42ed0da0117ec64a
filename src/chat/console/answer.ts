import type { Outcome } from '../../core/front.ts'
import type { JobRecord } from '../../core/job-record.ts'
import type { Jobs } from '../../core/jobs.ts'
import type { SaidReply } from '../../core/reply.ts'

/** How one line ended; the exit codes of CONTRACT §1 follow from it. */
export type Ending = 'done' | 'failed' | 'refused' | 'confirm'

export interface Answer {
  readonly ending: Ending
  readonly command: string
  readonly reply: SaidReply | undefined
  /** The reply without what was shown on the way to it; left out where that is all of it. */
  readonly rest?: SaidReply
  readonly job: string | null
  readonly result: unknown
}

export const refused = (command: string, said: SaidReply): Answer => ({
  ending: 'refused',
  command,
  reply: said,
  job: null,
  result: null,
})

/** Waits for the last word about what was queued. */
export async function answerOf(
  jobs: Jobs,
  command: string,
  outcome: Outcome,
  last: Promise<SaidReply>,
): Promise<Answer> {
  if (outcome.kind === 'duplicate')
    return { ending: 'refused', command, reply: undefined, job: null, result: null }
  if (outcome.kind !== 'queued') {
    const result = outcome.kind === 'reply' ? (outcome.result ?? null) : null
    return { ending: endingOf(outcome), command, reply: outcome.reply, job: null, result }
  }
  const said = await last
  const job = await ended(jobs, outcome.job)
  return {
    ending: job === undefined ? 'failed' : endingOfJob(job),
    command,
    reply: said,
    job: outcome.job,
    result: job?.result ?? null,
  }
}

/** The last words come a moment before the job is marked as over. */
async function ended(jobs: Jobs, id: string): Promise<JobRecord | undefined> {
  const over = Promise.withResolvers<void>()
  const stop = jobs.onEnd((ending) => {
    if (ending === id) over.resolve()
  })
  try {
    const job = await jobs.get(id)
    if (job === undefined || ENDED.has(job.state)) return job
    await over.promise
    return await jobs.get(id)
  } finally {
    stop()
  }
}

const ENDED: ReadonlySet<JobRecord['state']> = new Set([
  'done',
  'failed',
  'refused',
  'cancelled',
  'asked',
])
const ENDINGS: Readonly<Record<JobRecord['state'], Ending>> = {
  queued: 'failed',
  running: 'failed',
  done: 'done',
  failed: 'failed',
  refused: 'refused',
  cancelled: 'failed',
  asked: 'confirm',
}

/** What was typed is at fault, or who typed it; `not_found` in a worker is what Fly does not have. */
const endingOfJob = ({ state, failure }: JobRecord): Ending =>
  failure?.code === 'bad_input' || failure?.code === 'forbidden' ? 'refused' : ENDINGS[state]

const REFUSED: ReadonlySet<string> = new Set(['bad_input', 'forbidden', 'not_found'])

function endingOf(outcome: Exclude<Outcome, { kind: 'queued' | 'duplicate' }>): Ending {
  const { actions = [], tone } = outcome.reply
  if (actions.some(({ intent }) => intent?.do === 'confirm')) return 'confirm'
  const failure = outcome.kind === 'reply' ? outcome.failure : undefined
  if (failure !== undefined) return REFUSED.has(failure) ? 'refused' : 'failed'
  return outcome.kind === 'notice' ? 'refused' : tone === 'error' ? 'failed' : 'done'
}
