import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectRedis } from '../../src/store/redis/connection.ts'
import { createRedisStore } from '../../src/store/redis/store.ts'
import { memoryLog, realClock, until } from '../helpers/engines.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'

const options = { skip: skipRedis, timeout: 20_000 }

async function setUp(t: TestContext) {
  const server = await startRedis()
  const log = memoryLog()
  const link = await connectRedis(server.url, { log, clock: realClock, callMs: 300 })
  const store = createRedisStore({ redis: link, clock: realClock })
  t.after(async () => {
    await store.close()
    await link.close()
    await server.close()
  })
  return { server, store, log, link }
}

/** What `call` came to: `true`, or the code it was rejected with. */
const tried = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => true,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

test(
  'nothing acknowledged is lost when the server is killed again and again',
  options,
  async (t) => {
    const { server, store } = await setUp(t)
    const acknowledged: string[] = []
    const rest = new Set<unknown>()
    let writing = true
    const write = async (writer: number) => {
      for (let i = 0; writing; i++) {
        const id = `${writer}-${i}`
        const result = await tried(store.put('b', id, i))
        if (result === true) acknowledged.push(id)
        else rest.add(result)
      }
    }
    const writers = Promise.all([0, 1, 2, 3].map(write))
    for (let round = 0; round < 3; round++) {
      const enough = acknowledged.length + 200
      await until(async () => acknowledged.length >= enough)
      await server.kill()
      await until(async () => rest.has('unavailable'))
      await server.start()
    }
    await until(async () => store.health().then(({ ok }) => ok))
    writing = false
    await writers
    const there = new Set((await store.list('b')).map(({ id }) => id))
    assert.deepEqual(
      acknowledged.filter((id) => !there.has(id)),
      [],
    )
    assert.deepEqual([...rest], ['unavailable'])
  },
)

test(
  'calls end while the server stands still, and work again when it goes on',
  options,
  async (t) => {
    const { server, store } = await setUp(t)
    const heard = Promise.withResolvers<string>()
    t.after(store.onNudge('n', heard.resolve))
    await store.put('b', 'x', 1)
    server.pause()
    const add = (current: unknown) => Number(current) + 1
    const calls = [
      store.get('b', 'x'),
      store.put('b', 'y', 1),
      store.create('b', 'z', 1),
      store.take('b', 'y'),
      store.remove('b', 'y'),
      store.list('b'),
      store.append('s', 1),
      store.read('s'),
      ...Array.from({ length: 200 }, () => store.update('b', 'x', add)),
    ]
    const results = await Promise.all(calls.map(tried))
    assert.deepEqual(new Set(results), new Set(['unavailable']))
    assert.equal((await store.health()).ok, false)
    await store.nudge('n', 'is no more than a hint')
    server.resume()
    await until(() => tried(store.get('b', 'x')).then((result) => result === true))
    assert.equal(await heard.promise, 'is no more than a hint')
  },
)

test('an outage is logged now and then, not for every error', options, async (t) => {
  const { server, store, log } = await setUp(t)
  await server.kill()
  const calls = await Promise.all(Array.from({ length: 50 }, () => tried(store.get('b', 'x'))))
  assert.deepEqual(new Set(calls), new Set(['unavailable']))
  assert.ok(log.lines.length <= 1, log.lines.join('\n'))
})

test('closing does not wait for a server that stands still', options, async (t) => {
  const { server, store, link } = await setUp(t)
  store.onNudge('n', () => {})
  server.pause()
  await store.close()
  await link.close()
})

test('a server that is full refuses writes with a sentence that says so', options, async (t) => {
  const { store, link } = await setUp(t)
  await link.calls.config('SET', 'maxmemory', '1')
  await assert.rejects(store.put('b', 'x', 1), { code: 'unavailable', message: /out of memory/ })
  assert.equal((await store.health()).ok, false)
})
