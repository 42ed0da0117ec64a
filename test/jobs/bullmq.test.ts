import { after, before, type TestContext } from 'node:test'
import { Redis } from 'ioredis'
import { type QueueCase, queueContract } from '../contracts/job-queue.ts'
import { queueProcessContract } from '../contracts/job-queue-processes.ts'
import { openQueue, tempDir, until } from '../helpers/engines.ts'
import { skipRedis, startRedis, type TestRedis } from '../helpers/redis.ts'

let server: TestRedis
before(async () => {
  if (!skipRedis) server = await startRedis(['--appendfsync', 'no'])
})
after(async () => {
  if (!skipRedis) await server.close()
})

async function admin(work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis({ path: server.socket })
  await work(redis)
  await redis.quit()
}

async function setUp(t: TestContext): Promise<QueueCase> {
  await admin((redis) => redis.flushall())
  const directory = await tempDir()
  t.after(directory.remove)
  const place = { engine: 'redis', url: server.url } as const
  return {
    place,
    directory: directory.path,
    async open(settings) {
      const queue = await openQueue(place, settings)
      t.after(queue.close)
      return queue
    },
    asleep: (lanes) =>
      admin((redis) =>
        until(async () => {
          const [, blocked] = /blocked_clients:(\d+)/.exec(await redis.info('clients')) ?? []
          return Number(blocked) >= lanes
        }),
      ),
    steal: (lane, id) => admin((redis) => redis.del(`ocops:queue-${lane}:${id}:lock`)),
  }
}

const contract = { name: 'redis queue', skip: skipRedis, setUp, deathHoldMs: 1000 } as const
queueContract(contract)
queueProcessContract(contract)
