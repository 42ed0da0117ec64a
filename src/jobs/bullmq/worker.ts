import { type Job, type Processor, WaitingError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Clock, JobQueue, Lane, Log } from '../../core/ports.ts'
import { hangUp, type RedisLink } from '../../store/redis/connection.ts'
import { isSerial, lanesOf, type Pauses } from '../lanes.ts'
import { finish } from '../stop.ts'
import { createTurns, lost, type Turns } from '../turns.ts'
import { createLocks, type Locks } from './locks.ts'
import { type Lanes, PREFIX, queueName } from './lanes.ts'
import { turnId } from './schedules.ts'

/**
 * How long an idle worker asks once for work, in seconds. Two commands a minute and lane, with the stall check four:
 * about 0.17 million a month (Upstash bills them); the timer lane, while anything is delayed, asks every 10 s: about
 * 0.6 million. Work that arrives wakes it at once all the same.
 */
const DRAIN_DELAY = 60

export interface WorkerDeps {
  readonly link: RedisLink
  readonly lanes: Lanes
  readonly clock: Clock
  readonly log: Log
  readonly lockMs: number
  readonly stalledMs: number
  readonly pauses: Pauses
  readonly onError: (error: unknown) => void
}

/** The working half of the queue in one process. */
export interface BullWorker {
  readonly stop: (deadlineMs: number) => Promise<void>
}

/** One BullMQ worker for each lane, on one connection for commands and one each for waiting. */
export async function startWorker(
  options: Parameters<JobQueue['work']>[0],
  deps: WorkerDeps,
): Promise<BullWorker> {
  const turns = createTurns({ ...deps, handler: options.handler })
  const served = lanesOf(options.apps)
  // Before any worker takes a job, its lane has to know that it is serial.
  await Promise.all(served.map((lane) => deps.lanes.of(lane)))
  const connection = deps.link.open('ocops-worker')
  // Every lane listens on the one connection.
  connection.redis.setMaxListeners(0)
  const workers = served.map((lane) =>
    makeWorker({
      ...deps,
      lane,
      turns,
      connection: connection.redis,
      concurrency: isSerial(lane) ? 1 : options.reads,
    }),
  )
  return {
    async stop(deadlineMs) {
      const ended = Promise.allSettled(workers.map((worker) => worker.close()))
      const clean = await finish(turns, deadlineMs, ended)
      const closed = connection.close()
      // Without a server, or with a handler that hears nothing, only hanging up is left.
      if (!clean) workers.forEach(abandon)
      await closed
      await passOn(served, deps)
    },
  }
}

interface LaneDeps extends WorkerDeps {
  readonly lane: Lane
  readonly turns: Turns
  readonly connection: Redis
  readonly concurrency: number
}

function makeWorker(deps: LaneDeps): Worker {
  const { lane, connection, concurrency, lockMs, stalledMs, pauses, onError } = deps
  // BullMQ gives a signal only to processors that declare three parameters.
  const processor: Processor = (job, token, signal) => run(job, token, signal)
  const worker = new Worker(queueName(lane), processor, {
    connection,
    prefix: PREFIX,
    concurrency,
    drainDelay: DRAIN_DELAY,
    lockDuration: lockMs,
    stalledInterval: stalledMs,
    // A stall says that a worker died, nothing about the job: it is never failed for that.
    maxStalledCount: 1_000_000_000,
    runRetryDelay: 1000,
    settings: { backoffStrategy: (made) => pauses[made - 1] ?? pauses[1] },
  })
  worker.on('error', onError)
  const run = createProcessor(deps, createLocks(worker, lockMs))
  return worker
}

function createProcessor({ lane, turns }: LaneDeps, locks: Locks) {
  return async (job: Job, token: string | undefined, signal: AbortSignal | undefined) => {
    const id = job.id ?? ''
    const turn = turns.start({ id: turnId(id, job.repeatJobKey), lane })
    const unwatch = locks.watch(id, () => turn.abort(lost()))
    signal?.addEventListener('abort', () => turn.abort(lost()), { once: true })
    const outcome = await turn.outcome.finally(unwatch)
    if (outcome === 'done') return
    // What a handler throws may quote secrets, and BullMQ keeps the words in the open.
    if (outcome === 'failed') throw new Error('the handler failed')
    // Back to the front of its lane, for the next worker that asks.
    await job.moveToWait(token)
    throw new WaitingError()
  }
}

function abandon(worker: Worker): void {
  worker
    .getBackend()
    .blockingClient?.then(hangUp)
    .catch(() => {})
}

/** A worker that closes after its last job tells nobody that more is waiting; this wakes another one (BullMQ 6.7). */
async function passOn(served: readonly Lane[], { lanes, link }: WorkerDeps): Promise<void> {
  if (link.calls.status !== 'ready') return
  await Promise.allSettled(
    served.map(async (lane) => {
      const queue = await lanes.of(lane)
      await link.run(() => queue.resume())
    }),
  )
}
