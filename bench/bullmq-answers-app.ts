import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { serveParent } from './child.ts'
import { ANSWER, requestOf } from './request.ts'
import { inParallel } from './stats.ts'

/*
 * BullMQ alone doing what the product does: commands in one queue, answers in another one, so that neither is lost with a process. An end that
 * is only heard of (bullmq-app.ts) is, and carries no answer.
 */
interface Half {
  readonly role: 'bot' | 'worker'
  readonly socket: string
  readonly concurrency: number
}
interface Load {
  readonly name: string
  readonly count: number
}
interface Data {
  readonly id: string
  readonly request?: ReturnType<typeof requestOf>
  readonly reply?: typeof ANSWER
}

const COMMANDS = 'commands'
const ANSWERS = 'answers'

await serveParent<Half, Load>(async ({ role, socket, concurrency }) => {
  const connection = new Redis({ path: socket, maxRetriesPerRequest: null })
  const options = { connection, concurrency }
  const queue = new Queue<Data>(role === 'bot' ? COMMANDS : ANSWERS, {
    connection,
    defaultJobOptions: { removeOnComplete: { count: 1000 } },
  })
  const answered = new Map<string, () => void>()
  const worker =
    role === 'bot'
      ? new Worker<Data>(ANSWERS, async ({ data }) => answered.get(data.id)?.(), options)
      : new Worker<Data>(COMMANDS, async ({ data: { id } }) => answer(queue, id), options)

  const one = async (id: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    answered.set(id, resolve)
    await queue.add('command', { id, request: requestOf(id, 'bench') }, { jobId: id })
    await promise
    answered.delete(id)
  }
  return {
    answer: ({ name, count }) => inParallel(count, concurrency, (i) => one(`J-${name}-${i}`)),
    async close() {
      await worker.close()
      await queue.close()
    },
  }
})

async function answer(queue: Queue<Data>, id: string): Promise<void> {
  await queue.add('answer', { id, reply: ANSWER }, { jobId: id })
}
