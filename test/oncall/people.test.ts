import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createAccess } from '../../src/access/index.ts'
import { withRotation } from '../../src/core/oncall/schedule-change.ts'
import { changeSchedule } from '../../src/core/oncall/schedule-store.ts'
import { addRoute, readRoutes, removeRoute } from '../../src/core/oncall/route-store.ts'
import type { Route } from '../../src/core/oncall/route.ts'
import type { Store } from '../../src/core/ports.ts'
import { createPeople } from '../../src/oncall/people.ts'
import { createRoutes } from '../../src/oncall/routes.ts'
import { createTestClock, settle, START } from '../helpers/clock.ts'
import { openStore, type Place, tempDir, until } from '../helpers/engines.ts'
import { away, createMemoryStore } from '../helpers/memory-store.ts'
import { ADMIN, ELSEWHERE, GUILD, settleIn } from '../helpers/people.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'
import { createTestLog, type Logged } from '../helpers/test-log.ts'

const OWNERS = ['discord:100', 'telegram:100']
const ALERT = { source: 'watch', app: null, severity: 'critical' } as const
const ANA = { key: 'discord:400', name: 'Ana' }

const rotation = (since: number) => ({
  people: [ANA],
  days: 7,
  anchor: '2026-11-22T09:00',
  zone: 'UTC',
  since,
  until: null,
})
const route = (more: Partial<Route> = {}): Route => ({
  source: 'watch',
  severity: 'info',
  app: '*',
  place: { platform: 'discord', space: GUILD, room: '910' },
  by: 'discord:100',
  at: START,
  ...more,
})
const setAna = (store: Store, at: number) =>
  changeSchedule(store, (before) => withRotation(before, rotation(at), at))

async function open(store: Store, clock = createTestClock()) {
  const logged: Logged[] = []
  const log = createTestLog(logged)
  const access = createAccess({ store, owners: OWNERS, clock, log })
  await access.start()
  const deps = { store, access, clock, log }
  return { clock, access, logged, people: createPeople(deps), routes: createRoutes(deps) }
}

test('people: nobody set means owners and admins; who is set is asked, and the ladder ends with those who rule', async () => {
  const store = createMemoryStore(createTestClock())
  const { access, people, clock } = await open(store)
  await settleIn(access)
  const keys = (await people.onCall(null, clock.now())).map(({ key }) => key)
  assert.deepEqual(keys, [...OWNERS, `discord:${ADMIN.id}`])
  await setAna(store, clock.now())
  assert.deepEqual(await people.onCall('my-openclaw', clock.now()), [ANA])
  const ladder = await people.ladder({ app: null, severity: 'critical' }, clock.now())
  assert.deepEqual(
    ladder.map((level) => level.people.map(({ key }) => key)),
    [['discord:400'], keys],
  )
})

test('people: what another process sets is known at once, and without its nudge soon', async () => {
  const store = createMemoryStore(createTestClock())
  const { people, clock } = await open(store)
  assert.equal((await people.onCall(null, clock.now())).length, 2)
  await changeSchedule({ ...store, nudge: async () => {} }, (before) =>
    withRotation(before, rotation(clock.now()), clock.now()),
  )
  assert.equal((await people.onCall(null, clock.now())).length, 2, 'the copy at hand')
  await clock.advance(15_000)
  assert.deepEqual(await people.onCall(null, clock.now()), [ANA])
})

test('people: while the store is away the copy at hand says who is on call', async () => {
  const store = createMemoryStore(createTestClock())
  const { people, clock, logged } = await open(store)
  await setAna(store, clock.now())
  await people.onCall(null, clock.now())
  await clock.advance(60_000)
  store.before = () => {
    throw away()
  }
  assert.deepEqual(await people.onCall(null, clock.now()), [ANA])
  assert.equal(logged.length, 1)
})

test('routes: a place nobody trusts any more hears nothing; the owners do', async () => {
  const store = createMemoryStore(createTestClock())
  const { access, routes } = await open(store)
  await settleIn(access)
  const rooms = async () => (await routes.placesFor(ALERT)).map(({ space }) => space)
  assert.deepEqual(await rooms(), ['100', '100'])
  await addRoute(store, route())
  await settle()
  assert.deepEqual(await rooms(), [GUILD])
  assert.equal((await routes.rooms()).length, 1)
  await access.untrust({ platform: 'discord', space: GUILD })
  assert.deepEqual(await rooms(), ['100', '100'])
  assert.deepEqual(await routes.rooms(), [])
})

test('routes: a chat that the platform gave another id keeps its routes', async () => {
  const store = createMemoryStore(createTestClock())
  const { access, routes } = await open(store)
  const chat = { platform: 'telegram', space: '-42' } as const
  await access.trust(chat, 'discord:100')
  await addRoute(store, route({ place: { ...chat, room: null } }))
  assert.equal(await access.move(chat, '-10042'), true)
  assert.deepEqual(
    (await routes.placesFor(ALERT)).map(({ space }) => space),
    ['-10042'],
  )
})

test('routes: there are a hundred at most, and an old one can still be changed', async () => {
  const store = createMemoryStore(createTestClock())
  const at = (room: number) => route({ place: { ...ELSEWHERE, room: String(room) } })
  for (let room = 0; room < 100; room++) await addRoute(store, at(room))
  await assert.rejects(addRoute(store, at(100)), { code: 'conflict' })
  await addRoute(store, { ...at(3), severity: 'critical' })
  assert.equal((await removeRoute(store, at(3)))?.severity, 'critical')
  assert.equal((await readRoutes(store)).length, 99)
})

async function onEngine(place: Place): Promise<void> {
  const [first, second] = [await openStore(place), await openStore(place)]
  const [here, there] = [await open(first), await open(second)]
  assert.equal((await there.people.onCall(null, START)).length, 2)
  await here.access.trust({ platform: 'discord', space: GUILD }, 'discord:100')
  await addRoute(first, route())
  // Two processes that change it at once: both changes are in it.
  const cem = { key: 'discord:3', name: 'Cem' }
  const both = [setAna(first, START), changeSchedule(second, withCem)]
  function withCem(before: Parameters<Parameters<typeof changeSchedule>[1]>[0]) {
    const one = { from: START + 1000, until: START + 2000, person: cem, by: 'x', at: START }
    return { ...before, overrides: [one], rev: before.rev + 1 }
  }
  await Promise.all(both)
  await until(async () => (await there.people.onCall(null, START))[0]?.name === 'Ana')
  assert.deepEqual(await there.people.onCall(null, START + 1500), [cem])
  await Promise.all([first.close(), second.close()])
  const again = await openStore(place)
  const after = await open(again)
  assert.deepEqual(await after.people.onCall(null, START), [ANA])
  assert.equal((await after.routes.placesFor(ALERT))[0]?.room, '910')
  await again.close()
}

test('people and routes: told to another process and still there after a restart, on SQLite', async (t: TestContext) => {
  const dir = await tempDir()
  t.after(() => dir.remove())
  await onEngine({ engine: 'sqlite', path: join(dir.path, 'state.db') })
})

test(
  'people and routes: told to another process and still there after a restart, on Redis',
  { skip: skipRedis },
  async (t: TestContext) => {
    const redis = await startRedis()
    t.after(() => redis.close())
    await onEngine({ engine: 'redis', url: redis.url })
  },
)
