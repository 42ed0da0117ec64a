import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAccess } from '../../src/access/index.ts'
import { createTestClock, settle } from '../helpers/clock.ts'
import { away, createMemoryStore } from '../helpers/memory-store.ts'
import { grantTo, GUILD, HERE, person } from '../helpers/people.ts'
import { createTestLog, type Logged } from '../helpers/test-log.ts'

function setup() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const logged: Logged[] = []
  const open = () =>
    createAccess({ store, owners: ['discord:100'], clock, log: createTestLog(logged) })
  return { clock, store, logged, open }
}
const ANN = person('1')

test('access: nothing is known until the store has answered once', async () => {
  const { store, open } = setup()
  const access = open()
  assert.equal(access.snapshot(), undefined)
  store.before = () => {
    throw away()
  }
  await assert.rejects(access.start(), { code: 'unavailable' })
  assert.equal(access.snapshot(), undefined)
  store.before = () => {}
  await access.start()
  const none = { trusted: [], grants: [], ceilings: [], links: [], freeze: null }
  assert.deepEqual(access.snapshot(), { owners: ['discord:100'], ...none, gone: [], guards: [] })
})

test('access: what one process grants, another knows at once', async () => {
  const { open } = setup()
  const [here, there] = [open(), open()]
  await Promise.all([here.start(), there.start()])
  await here.trust(HERE, 'discord:100')
  const grant = await here.grant(grantTo(ANN, 'viewer'))
  await settle()
  assert.deepEqual(there.snapshot()?.grants, [grant])
  assert.equal(there.snapshot()?.trusted[0]?.space, GUILD)
  assert.equal(await here.untrust(HERE), true)
  assert.equal(await here.untrust(HERE), false)
  await settle()
  assert.deepEqual(there.snapshot()?.trusted, [])
  there.stop()
  await here.trust(HERE, 'discord:100')
  await settle()
  assert.deepEqual(there.snapshot()?.trusted, [], 'stopped, it listens no more')
})

test('access: a new grant replaces the one for the same subject, scope, kind and apps only', async () => {
  const { open } = setup()
  const access = open()
  await access.start()
  await access.grant(grantTo(ANN, 'viewer'))
  await access.grant(grantTo(ANN, 'viewer', { deny: true }))
  await access.grant(grantTo(ANN, 'viewer', { apps: ['a'] }))
  await access.grant(grantTo(ANN, 'viewer', { scope: { ...HERE, room: '5' } }))
  await access.grant(grantTo(person('2'), 'viewer'))
  assert.equal(access.snapshot()?.grants.length, 5)
  const last = await access.grant(grantTo(ANN, 'admin'))
  const grants = access.snapshot()?.grants ?? []
  assert.equal(grants.length, 5)
  assert.equal(grants.filter(({ role }) => role === 'admin')[0]?.id, last.id)
})

test('access: a grant with an end is forgotten by the store, too', async () => {
  const { clock, store, open } = setup()
  const access = open()
  await access.start()
  await access.grant(grantTo(ANN, 'viewer', { until: clock.now() + 1000 }))
  assert.equal(store.size('grant'), 1)
  await clock.advance(1000)
  assert.deepEqual((await access.fresh()).grants, [])
})

test('access: a nudge that can’t be followed is logged and the copy kept', async () => {
  const { store, logged, open } = setup()
  const access = open()
  await access.start()
  await access.trust(HERE, 'discord:100')
  store.before = (operation) => {
    if (operation === 'list') throw away()
  }
  await store.nudge('access')
  await settle()
  assert.equal(access.snapshot()?.trusted.length, 1)
  assert.deepEqual(
    logged.map(({ message }) => message),
    ['grants could not be read'],
  )
})
