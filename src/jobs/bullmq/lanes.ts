import { type JobsOptions, Queue } from 'bullmq'
import { OpsError } from '../../core/errors.ts'
import type { Lane } from '../../core/ports.ts'
import { tr } from '../../core/text.ts'
import type { RedisLink } from '../../store/redis/connection.ts'
import { isSerial, KEEP } from '../lanes.ts'
import { within } from '../stop.ts'

/** All keys of the queues begin with this; BullMQ sets the colon. */
export const PREFIX = 'ocops'
const LANES = 'ocops:lanes'
const READY_MS = 4000

/** Neither a queue's name nor its jobs' ids may hold a colon. */
export const queueName = (lane: Lane): string => `queue-${encodeURIComponent(lane)}`

/** One queue of BullMQ for each lane, made when it is first needed. */
export interface Lanes {
  readonly of: (lane: Lane) => Promise<Queue>
  /** Every lane that any process ever used. */
  readonly all: () => Promise<readonly Lane[]>
  readonly close: () => Promise<void>
}

export function createLanes(link: RedisLink, onError: (error: unknown) => void): Lanes {
  const queues = new Map<Lane, Promise<Queue>>()

  const make = async (lane: Lane): Promise<Queue> => {
    // Once the connection stands, making a queue sends nothing it would wait for.
    await link.run((redis) => redis.sadd(LANES, lane))
    const queue = new Queue(queueName(lane), {
      connection: link.calls,
      prefix: PREFIX,
      // The server was looked at when the link was made.
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: optionsOf(lane),
    })
    queue.on('error', onError)
    if (!(await within(READY_MS, queue.waitUntilReady()))) {
      void queue.close().catch(() => {})
      throw notReady()
    }
    // Holds for all workers of the lane together, so that an app's jobs go one after another.
    if (isSerial(lane)) await link.run(() => queue.setGlobalConcurrency(1))
    return queue
  }
  const of = (lane: Lane): Promise<Queue> => {
    const known = queues.get(lane)
    if (known) return known
    const made = make(lane)
    queues.set(lane, made)
    // A queue that could not be made is made anew next time.
    made.catch(() => queues.delete(lane))
    return made
  }
  return {
    of,
    all: async () => (await link.run((redis) => redis.smembers(LANES))) as Lane[],
    async close() {
      const made = await Promise.allSettled(queues.values())
      const open = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      await Promise.allSettled(open.map((queue) => queue.close()))
    },
  }
}

/** Serial lanes try again within the turn: BullMQ's own retry would let the next job overtake. */
function optionsOf(lane: Lane): JobsOptions {
  return {
    attempts: isSerial(lane) ? 1 : 3,
    backoff: { type: 'custom' },
    removeOnComplete: KEEP.done,
    removeOnFail: KEEP.failed,
    stackTraceLimit: 0,
  }
}

const notReady = (): OpsError =>
  new OpsError(
    'unavailable',
    tr('Redis does not answer. Try again in a moment.', 'Redis 沒有回應。請稍後再試。'),
  )
