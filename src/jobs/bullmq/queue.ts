import type { Clock, JobQueue, Log } from '../../core/ports.ts'
import { createErrorLog } from '../../store/error-log.ts'
import type { RedisLink } from '../../store/redis/connection.ts'
import { redisHealth } from '../../store/redis/health.ts'
import { checkJob, checkSchedule, PAUSES, type Pauses } from '../lanes.ts'
import { within } from '../stop.ts'
import { createLanes } from './lanes.ts'
import { createSchedules, unscheduled } from './schedules.ts'
import { type BullWorker, startWorker } from './worker.ts'

interface BullQueueDeps {
  readonly connection: RedisLink
  readonly clock: Clock
  readonly log: Log
  /** How long a job stays with a worker that gives no sign of life; 30 s. */
  readonly lockMs?: number
  /** How often workers look for such jobs; 30 s. A job of a dead worker is given again after at most `lockMs` and two of these. */
  readonly stalledMs?: number
  readonly pauses?: Pauses
}

const REMOVABLE: ReadonlySet<string> = new Set(['waiting', 'delayed'])
const CLOSE_MS = 1000

/** The queue of the distributed engine: BullMQ, for any number of processes on any number of machines. */
export function createBullQueue(deps: BullQueueDeps): JobQueue {
  const { connection: link, lockMs = 30_000, stalledMs = 30_000, pauses = PAUSES } = deps
  const onError = createErrorLog({ ...deps, message: 'The queue has errors' })
  const lanes = createLanes(link, onError)
  const schedules = createSchedules(link, lanes)
  let worker: Promise<BullWorker> | undefined

  const drain = async (deadlineMs: number) => {
    const stopping = worker
    worker = undefined
    await (await stopping?.catch(() => undefined))?.stop(deadlineMs)
  }
  return {
    async enqueue(job) {
      checkJob(job)
      const { id, lane, delayMs = 0 } = job
      const queue = await lanes.of(lane)
      await link.run(() => queue.add('job', { id }, { jobId: id, delay: delayMs }))
    },
    async remove({ id, lane }) {
      const queue = await lanes.of(lane)
      const state = await link.run(() => queue.getJobState(id))
      // BullMQ would remove ended jobs too, and forget that they were here.
      if (!REMOVABLE.has(state)) return false
      return (await link.run(() => queue.remove(id))) === 1
    },
    async schedule(schedule) {
      checkSchedule(schedule)
      await schedules.set(schedule)
    },
    unschedule: (key) => schedules.remove(key),
    async work(options) {
      if (worker !== undefined) throw new TypeError('this queue is already worked on')
      worker = startWorker(options, { ...deps, link, lanes, lockMs, stalledMs, pauses, onError })
      worker.catch(() => (worker = undefined))
      await worker
    },
    async counts() {
      const all = await lanes.all()
      const counted = all.map(async (lane) => {
        const queue = await lanes.of(lane)
        const counts = await link.run(() => queue.getJobCounts('waiting', 'active', 'delayed'))
        const { waiting = 0, active = 0, delayed = 0 } = counts
        const ticks = lane === 'timer' ? await schedules.count() : 0
        return [lane, unscheduled({ waiting, active, delayed }, ticks)] as const
      })
      return Object.fromEntries(await Promise.all(counted))
    },
    health: () => redisHealth(link),
    drain,
    async close() {
      await drain(0)
      await within(CLOSE_MS, lanes.close())
    },
  }
}
