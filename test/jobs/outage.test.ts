import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createBullQueue } from '../../src/jobs/bullmq/queue.ts'
import { connectRedis } from '../../src/store/redis/connection.ts'
import { script } from '../contracts/job-queue.ts'
import { memoryLog, realClock, until } from '../helpers/engines.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'

const options = { skip: skipRedis, timeout: 25_000 }

async function setUp(t: TestContext) {
  const server = await startRedis()
  const log = memoryLog()
  const link = await connectRedis(server.url, { log, clock: realClock, callMs: 300 })
  const common = { connection: link, clock: realClock, log, pauses: [5, 10] as const }
  const queue = createBullQueue({ ...common, lockMs: 1200, stalledMs: 200 })
  t.after(async () => {
    await queue.close()
    await link.close()
    await server.close()
  })
  return { server, queue, log }
}

test(
  'jobs acknowledged before and after kills of the server are all worked on',
  options,
  async (t) => {
    const { server, queue, log } = await setUp(t)
    const { handler, begun } = script()
    await queue.work({ apps: ['a'], reads: 2, handler })
    const acknowledged: string[] = []
    const refused: unknown[] = []
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 30; i++) {
        const id = `J-${round}x${i}`
        const job = { id, lane: i % 2 === 0 ? 'app-a' : 'read' } as const
        await queue.enqueue(job).then(
          () => acknowledged.push(id),
          (error) => refused.push(error.code),
        )
        if (i === 20) await server.kill()
        if (i === 22) await server.start()
      }
    }
    await until(async () => acknowledged.every((id) => begun.includes(id)))
    assert.ok(acknowledged.length >= 50)
    assert.deepEqual(new Set(refused), new Set(['unavailable']))
    assert.ok(log.lines.length < 10, log.lines.join('\n'))
  },
)

test('a job is aborted when its lock may have run out unseen', options, async (t) => {
  const { server, queue } = await setUp(t)
  const { handler, began, gate, turns, begun } = script()
  await queue.work({ apps: ['a'], reads: 1, handler })
  gate('J-1')
  await queue.enqueue({ id: 'J-1', lane: 'app-a' })
  await began('J-1')
  server.pause()
  await until(async () => turns[0]?.signal.aborted)
  await assert.rejects(queue.enqueue({ id: 'J-2', lane: 'app-a' }), { code: 'unavailable' })
  await assert.rejects(queue.counts(), { code: 'unavailable' })
  assert.equal((await queue.health()).ok, false)
  gate('J-1').resolve()
  server.resume()
  await began('J-1', 2)
  await queue.enqueue({ id: 'J-3', lane: 'app-a' })
  await began('J-3')
  assert.equal(begun[0], 'J-1')
})

test('closing does not wait for a server that stands still', options, async (t) => {
  const { server, queue } = await setUp(t)
  const { handler, began, gate, turns } = script()
  await queue.work({ apps: ['a', 'b'], reads: 1, handler })
  gate('J-1')
  await queue.enqueue({ id: 'J-1', lane: 'app-a' })
  await began('J-1')
  server.pause()
  await queue.drain(1)
  assert.equal(turns[0]?.signal.aborted, true)
  await queue.close()
})
