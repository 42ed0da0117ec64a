import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Clock } from '../../src/core/ports.ts'
import { createTestClock } from '../helpers/clock.ts'
import { openStore, tempDir } from '../helpers/engines.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'
import { assertShared, untilShared, watcher, type Watcher } from '../helpers/watchers.ts'

const ENGINES = [
  { name: 'memory', skip: false },
  { name: 'sqlite', skip: false },
  { name: 'redis', skip: skipRedis },
] as const
type Engine = (typeof ENGINES)[number]['name']

/** Opens a store as each process does, and closes all of them after those who use them have stopped. */
async function place(t: TestContext, engine: Engine, clock: Clock) {
  const ends: Array<() => Promise<unknown>> = []
  t.after(async () => {
    for (const end of ends.toReversed()) await end()
  })
  const memory = createMemoryStore(clock)
  const directory = await tempDir()
  ends.push(directory.remove)
  const redis = engine === 'redis' ? await startRedis(['--appendfsync', 'no']) : undefined
  if (redis) ends.push(redis.close)
  const path = join(directory.path, 'ops.db')
  return async (owner: string, dead: ReadonlySet<string>): Promise<Watcher> => {
    const at = redis
      ? { engine: 'redis' as const, url: redis.url }
      : { engine: 'sqlite' as const, path }
    const store = engine === 'memory' ? memory : await openStore(at, clock)
    const one = watcher(owner, { store, clock, isDead: (id) => dead.has(id) })
    ends.push(store.close, one.stop)
    return one
  }
}

for (const { name, skip } of ENGINES)
  test(
    `${name}: a second and a third get their share, and it goes back when they leave or die`,
    {
      skip,
    },
    async (t) => {
      const dead = new Set<string>()
      const begin = await place(t, name, createTestClock())
      const one = await begin('one', dead)
      await one.round()
      assert.equal(one.watched().length, 10)
      const two = await begin('two', dead)
      const three = await begin('three', dead)
      await untilShared([one, two, three])
      const before = [one, two, three].map(({ watched }) => watched())
      for (const { round } of [three, two, one]) await round()
      assert.deepEqual(
        [one, two, three].map(({ watched }) => watched()),
        before,
        'what is shared stays where it is',
      )
      await three.stop()
      assert.deepEqual(three.watched(), [])
      await untilShared([one, two])
      dead.add('two')
      await one.round()
      assertShared([one])
    },
  )
