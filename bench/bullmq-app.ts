import { Queue, QueueEvents, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { serveParent } from './child.ts'
import { inParallel } from './stats.ts'

/** One half of BullMQ alone: adds jobs, or works them off by doing nothing. */
interface Half {
  readonly role: 'producer' | 'worker'
  readonly socket: string
  readonly concurrency: number
}
/** To the producer: how many to add, and whether each lane waits for the end of its job. To the worker: after how many to answer. */
interface Load {
  readonly name: string
  readonly count: number
  readonly awaited: boolean
}

const NAME = 'bench'

await serveParent<Half, Load>(async ({ role, socket, concurrency }) => {
  const connection = new Redis({ path: socket, maxRetriesPerRequest: null })
  return role === 'producer' ? producer(connection, concurrency) : worker(connection, concurrency)
})

async function producer(connection: Redis, concurrency: number) {
  const queue = new Queue(NAME, {
    connection,
    defaultJobOptions: { removeOnComplete: { count: 1000 } },
  })
  const events = new QueueEvents(NAME, { connection: connection.duplicate() })
  await events.waitUntilReady()
  // One listener for each job that is waited for.
  for (const emitter of [events, queue]) emitter.setMaxListeners(0)
  return {
    answer: ({ name, count, awaited }: Load) =>
      inParallel(count, concurrency, async (i) => {
        const id = `J-${name}-${i}`
        const job = await queue.add('job', { id }, { jobId: id })
        if (awaited) await job.waitUntilFinished(events)
      }),
    async close() {
      await events.close()
      await queue.close()
    },
  }
}

function worker(connection: Redis, concurrency: number) {
  let left = 0
  let over = () => {}
  const bull = new Worker(NAME, async () => {}, { connection, concurrency })
  bull.on('completed', () => {
    left -= 1
    if (left === 0) over()
  })
  return {
    answer: ({ count }: Load) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      left = count
      over = resolve
      return promise
    },
    close: () => bull.close(),
  }
}
