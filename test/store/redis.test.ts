import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { connectRedis } from '../../src/store/redis/connection.ts'
import { storeContract } from '../contracts/store.ts'
import { memoryLog, openStore, realClock } from '../helpers/engines.ts'
import { skipRedis, startRedis, type TestRedis } from '../helpers/redis.ts'

let server: TestRedis
before(async () => {
  if (!skipRedis) server = await startRedis(['--appendfsync', 'no'])
})
after(async () => {
  if (!skipRedis) await server.close()
})

storeContract({
  name: 'redis store',
  skip: skipRedis,
  async open(t) {
    const admin = new Redis({ path: server.socket })
    await admin.flushall()
    await admin.quit()
    const place = { engine: 'redis', url: server.url } as const
    const store = await openStore(place)
    t.after(store.close)
    // The server keeps its own time, so this one has to be waited for.
    return { place, store, another: () => openStore(place), lapse: (ms) => sleep(ms) }
  },
})

test('redis store: places of what has ended do not pile up', { skip: skipRedis }, async (t) => {
  const admin = new Redis({ path: server.socket })
  t.after(() => admin.quit())
  await admin.flushall()
  const store = await openStore({ engine: 'redis', url: server.url })
  t.after(store.close)
  await store.put('b', 'kept', 1)
  await store.put('b', 'saved', 1, { ttlMs: 30 })
  await store.put('b', 'saved', 1)
  for (let i = 0; i < 25; i++) await store.put('b', `s${i}`, 1, { ttlMs: 30 })
  await sleep(50)
  for (let i = 0; i < 3; i++) await store.put('b', `l${i}`, 1, { ttlMs: 60_000 })
  assert.equal(await admin.zcard('ocops:index:b'), 5)
  await store.take('b', 'l0')
  assert.deepEqual(await admin.zrange('ocops:lives:b', '0', '-1'), ['l1', 'l2'])
})

test(
  'redis store: behind what another process added, though this one knew a newer end',
  { skip: skipRedis },
  async (t) => {
    const place = { engine: 'redis', url: server.url } as const
    const [one, other] = [await openStore(place), await openStore(place)]
    t.after(() => Promise.all([one.close(), other.close()]))
    const seen: unknown[] = []
    const add = (store: typeof one, entry: string) =>
      store.extend('guessed', (last) => {
        seen.push(last)
        return [entry]
      })
    await add(one, 'a')
    await add(other, 'b')
    await add(one, 'c')
    await one.extend('guessed', () => [])
    const last = await other.extend('guessed', (newest) => (newest === 'c' ? [] : ['never']))
    assert.deepEqual(last, [])
    const entries = (await one.read('guessed')).map(({ entry }) => entry)
    assert.deepEqual(
      [entries, seen],
      [
        ['a', 'b', 'c'],
        [undefined, 'a', 'a', 'b'],
      ],
    )
  },
)

test(
  'redis store: a message on its channels that is none of ours harms nobody, and what comes with a nudge is known',
  { skip: skipRedis },
  async (t) => {
    const place = { engine: 'redis', url: server.url } as const
    const [one, other] = [await openStore(place), await openStore(place)]
    const admin = new Redis({ path: server.socket })
    t.after(() => Promise.all([one.close(), other.close(), admin.quit()]))
    const heard: unknown[] = []
    const last = Promise.withResolvers<void>()
    other.onNudge('strange', (detail, written) => {
      heard.push([detail, written?.()])
      if (detail === 'long') last.resolve()
    })
    while ((await admin.publish('ocops:nudge:strange', 'not JSON')) === 0) await sleep(5)
    for (const text of ['{}', '["x"]', 'null\n{}', '"\n'])
      await admin.publish('ocops:nudge:strange', text)
    await one.put('b', 'told', { n: 1 }, { nudge: 'strange' })
    await one.put('b', 'long', 'x'.repeat(20_000), { nudge: 'strange' })
    await last.promise
    assert.deepEqual(heard, [
      ['told', { n: 1 }],
      ['long', undefined],
    ])
    const gets = async () =>
      Number(/cmdstat_get:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1] ?? 0)
    const before = await gets()
    assert.deepEqual(await other.update('b', 'told', () => ({ n: 2 })), { n: 2 })
    assert.equal((await gets()) - before, 1, 'the one that compares, and none to read')
  },
)

test('redis link: what is sent at once leaves in one write', { skip: skipRedis }, async (t) => {
  const link = await connectRedis(server.url, { log: memoryLog(), clock: realClock })
  t.after(link.close)
  const { stream } = link.calls
  const sent = [1, 2, 3].map((n) => link.run((redis) => redis.set('gathered', n)))
  assert.equal(stream.writableCorked, 1)
  assert.ok(stream.writableLength > 0)
  assert.deepEqual(await Promise.all(sent), ['OK', 'OK', 'OK'])
  assert.equal(stream.writableCorked, 0)
})
