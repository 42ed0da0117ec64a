import { OpsError } from './errors.ts'
import { followId, jobId } from './job-id.ts'
import { FINAL, type JobDraft, type JobRecord } from './job-record.ts'
import type { Change, Clock, JobQueue, Store, UpdateOptions } from './ports.ts'
import { forgetGiven } from './private.ts'
import { type Text, tr } from './text.ts'

const BUCKET = 'job'
const ENDED = 'job-end'
const ACCEPTED = 'job-new'
/** What a crash left open is among this many newest ones. */
const RECOVERED = 2000
/** Longer than any platform delivers again, so that a late double is still recognised. */
const KEEP_MS = 7 * 86_400_000
/** Accepted commands and where they stand. */
export interface Jobs {
  /** Writes the record and hands it to the queue; the same invocation twice gives the first one's record and `fresh: false`. */
  readonly accept: (
    draft: JobDraft,
  ) => Promise<{ readonly job: JobRecord; readonly fresh: boolean }>
  readonly get: (id: string) => Promise<JobRecord | undefined>
  /** Changes the record unless `change` gives nothing; gives what is stored afterwards. */
  readonly change: (
    id: string,
    change: (job: JobRecord) => JobRecord | undefined,
  ) => Promise<JobRecord | undefined>
  readonly recent: (limit: number) => Promise<readonly JobRecord[]>
  /** Asks a running job to stop at its next step, or takes a waiting one out: what `along` gives is written as one with its end. */
  readonly cancel: (
    id: string,
    by: string,
    along?: (job: JobRecord) => readonly Change[],
  ) => Promise<'cancelled' | 'asked' | 'over' | 'unknown'>
  readonly onCancel: (listener: (id: string) => void) => () => void
  readonly onEnd: (listener: (id: string) => void) => () => void
  /** The same as `change`, for the last one: `along` is written as one with it, and whoever waits for the end hears of it. */
  readonly end: (
    id: string,
    change: (job: JobRecord) => JobRecord | undefined,
    along?: readonly Change[],
  ) => Promise<JobRecord | undefined>
  /** Lets this process hear of jobs when they are accepted: what it has heard it need not read when their turn comes. */
  readonly hear: () => void
  /** Puts the next look at an ended job into the timer lane, as its record says. */
  readonly lookLater: (job: JobRecord) => Promise<void>
  /** Hands to the queue again what was accepted and never reached it. */
  readonly recover: () => Promise<number>
}

export function createJobs(deps: {
  readonly store: Store
  readonly queue: JobQueue
  readonly clock: Clock
}): Jobs {
  const { store, queue, clock } = deps
  const get = async (id: string) => (await store.get(BUCKET, id)) as JobRecord | undefined
  const update = async (id: string, fn: Parameters<Jobs['change']>[1], options?: UpdateOptions) =>
    (await store.update(
      BUCKET,
      id,
      (current) => (current === undefined ? undefined : fn(current as JobRecord)),
      options,
    )) as JobRecord | undefined
  const change: Jobs['change'] = (id, fn) => update(id, fn)
  const end: Jobs['end'] = (id, fn, along = []) => update(id, fn, { nudge: ENDED, along })

  const lookLater = async (job: JobRecord): Promise<void> => {
    const { n = 1, due = 0 } = job.follow ?? {}
    const delayMs = Math.max(0, due - clock.now())
    await queue.enqueue({ id: followId(job.id, n), lane: 'timer', delayMs })
  }

  return {
    async accept(draft) {
      const written = await write(store, draft, clock.now())
      if (!FINAL.has(written.job.state))
        await queue.enqueue({ id: written.job.id, lane: written.job.lane })
      return written
    },
    get,
    change,
    async recent(limit) {
      const entries = await store.list(BUCKET, { limit, newestFirst: true })
      return entries.map(({ value }) => value as JobRecord)
    },
    async cancel(id, by, along = () => []) {
      const job = await get(id)
      if (job === undefined) return 'unknown'
      if (FINAL.has(job.state)) return stopLooking(change, job, by)
      // The wish first: whoever begins the job after this sees it.
      const wished = await change(id, (now) => cancelled(now, by, undefined))
      const waits = job.state === 'queued'
      const taken = waits && (await queue.remove({ id, lane: job.lane }))
      const over = (now: JobRecord) => cancelled(now, by, clock.now())
      const after = taken ? await end(id, over, along(job)) : wished
      if (taken) await forgetGiven({ store }, job.options)
      else await store.nudge('job-cancel', id)
      // Taken out by a cancel that got no further, it is in no worker's hands: one has to end it.
      if (waits && !taken) await queue.enqueue({ id, lane: job.lane })
      return after && FINAL.has(after.state) ? (taken ? 'cancelled' : 'over') : 'asked'
    },
    onCancel: (listener) => store.onNudge('job-cancel', listener),
    onEnd: (listener) => store.onNudge(ENDED, listener),
    end,
    hear: () => void store.onNudge(ACCEPTED, () => {}),
    lookLater,
    async recover() {
      const entries = await store.list(BUCKET, { limit: RECOVERED, newestFirst: true })
      const jobs = entries.map(({ value }) => value as JobRecord).toReversed()
      const open = jobs.filter(({ state }) => !FINAL.has(state))
      for (const { id, lane } of open) await queue.enqueue({ id, lane })
      for (const job of jobs.filter((one) => one.follow !== undefined)) await lookLater(job)
      return open.length
    },
  }
}

/** An ended job may still be showing something live. */
async function stopLooking(change: Jobs['change'], { id, follow }: JobRecord, by: string) {
  if (follow?.stops !== true) return 'over' as const
  await change(id, (now) => (now.follow ? { ...now, cancelledBy: by } : undefined))
  return 'asked' as const
}

function cancelled(job: JobRecord, by: string, endedAt: number | undefined): JobRecord | undefined {
  if (FINAL.has(job.state)) return undefined
  return {
    ...job,
    cancelledBy: by,
    ...(endedAt !== undefined && { state: 'cancelled' as const, endedAt }),
  }
}

/** Six characters are short enough to type and too few to be unique, so a taken id gives way to the next one. */
async function write(
  store: Store,
  draft: JobDraft,
  now: number,
): Promise<{ job: JobRecord; fresh: boolean }> {
  for (let salt = 0; salt < 64; salt++) {
    const id = jobId(draft.invocation.id, salt)
    const job: JobRecord = { ...draft, id, state: 'queued', runs: 0, steps: {}, askedAt: now }
    if (await store.create(BUCKET, id, job, { ttlMs: KEEP_MS, order: now, nudge: ACCEPTED }))
      return { job, fresh: true }
    const there = (await store.get(BUCKET, id)) as JobRecord | undefined
    if (there?.invocation.id === draft.invocation.id) return { job: there, fresh: false }
  }
  throw new OpsError('internal', tr('No free job id was found.', '找不到可用的工作編號。'))
}

/** Which job holds up this one, in words. */
export const behind = (other: JobRecord): Text =>
  tr(
    `Waiting behind ${other.id} (${other.invocation.command}, ${other.invocation.actor.name}).`,
    `正在等待 ${other.id}（${other.invocation.command}，${other.invocation.actor.name}）。`,
  )
