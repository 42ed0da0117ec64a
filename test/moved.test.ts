import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAccess } from '../src/access/index.ts'
import { decide } from '../src/core/policy.ts'
import { addRoute, readRoutes } from '../src/core/oncall/route-store.ts'
import { createOutbox } from '../src/core/outbox.ts'
import { changeSetting } from '../src/core/settings.ts'
import { followMove } from '../src/moved.ts'
import { createSettings } from '../src/settings.ts'
import { createSealer } from '../src/store/sealing.ts'
import { settle } from './helpers/clock.ts'
import { alertOf, createScene } from './helpers/incidents.ts'
import { away, type MemoryStore } from './helpers/memory-store.ts'
import { grantTo } from './helpers/people.ts'
import { createTestLog, type Logged } from './helpers/test-log.ts'

const OLD = { platform: 'telegram', space: '-42' } as const
const TO = '-10042'
const ANN = { platform: 'telegram', id: '42', name: 'Ann', roles: [] } as const
const asked = { actor: ANN, verb: 'x', confirm: 'none', app: null, now: 0 } as const

/** A group with everything that can hold in one: trust, a grant, a ceiling, settings, a route and an open incident. */
async function setup() {
  const place = { ...OLD, room: null }
  const scene = createScene({ places: [place] })
  const { store, clock } = scene as typeof scene & { store: MemoryStore }
  const logged: Logged[] = []
  const log = createTestLog(logged)
  const access = createAccess({ store, owners: ['discord:100'], clock, log })
  const settings = createSettings({ store, log })
  await access.start()
  await settings.start()
  await access.trust(OLD, 'discord:100')
  await access.grant(grantTo(ANN, 'admin', { scope: OLD }))
  const room = { ...OLD, room: '7' }
  await access.ceiling({ scope: room, role: 'viewer', until: null, by: 'x', reason: null })
  await changeSetting(store, { ...OLD, private: false }, { app: 'second-app' })
  await addRoute(store, { source: '*', severity: 'info', app: '*', place, by: 'x', at: 0 })
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const outbox = createOutbox({ store, sealer: createSealer(Buffer.alloc(32, 7)), clock })
  const config = { locale: 'en' } as never
  const deps = {
    access,
    settings,
    oncall: scene.parts,
    config,
    outbox,
    clock,
    log,
    engine: { store },
  }
  const stop = new AbortController()
  const move = () => followMove(deps as never, { from: OLD.space, to: TO }, stop.signal)
  return { scene, store, access, settings, logged, move, stop }
}

const now = async ({ access, settings, scene, store }: Awaited<ReturnType<typeof setup>>) => {
  const state = await access.fresh()
  const at = (space: string, room?: string) =>
    decide(state, {
      ...asked,
      place: { ...OLD, space, private: false, ...(room !== undefined && { room }) },
      role: 'admin',
    }).verdict
  return {
    before: at(OLD.space),
    after: at(TO),
    capped: at(TO, '7'),
    app: settings.of({ ...OLD, space: TO }).app,
    routes: (await readRoutes(store)).map(({ place }) => place.space),
    incident: (await scene.parts.oncall.list()).flatMap(({ places }) =>
      places.map((one) => one.space),
    ),
  }
}
const MOVED = {
  before: 'deny',
  after: 'allow',
  capped: 'deny',
  app: 'second-app',
  routes: [TO],
  incident: [TO],
}

test('moved: everything that held in the group holds under its new id, and those who rule it are told', async () => {
  const one = await setup()
  await one.move()
  assert.deepEqual(await now(one), MOVED)
  const said = await one.scene.messages()
  const told = said.filter(({ key }) => key.startsWith('tell-moved'))
  assert.deepEqual(told.map(({ address }) => address.user).toSorted(), ['100', '42'])
  assert.match(JSON.stringify(told), /telegram:-42.*telegram:-10042.*\/ops access trust/s)
  const cards = said.filter(({ address }) => address.chat === TO)
  assert.equal(cards.length, 1, 'the open incident has its card there')
  await one.access.trust({ ...OLD, space: TO }, 'discord:100')
  assert.deepEqual(await now(one), MOVED, 'also when an owner has confirmed it')
  await one.move()
  assert.deepEqual(await now(one), MOVED, 'said twice, nothing more comes of it')
})

test('moved: cut short anywhere, it is gone on with; nothing is left behind or doubled', async () => {
  const writes = async (one: Awaited<ReturnType<typeof setup>>, fail: number) => {
    let count = 0
    one.store.before = (operation) => {
      if (!['put', 'create', 'update', 'remove', 'take'].includes(operation)) return
      if (++count === fail) throw away()
    }
    const moving = one.move()
    await settle()
    await one.scene.clock.advance(1000)
    await moving
    one.store.before = () => {}
    return count
  }
  const total = await writes(await setup(), 0)
  assert.ok(total > 8, `${total} writes`)
  for (let fail = 1; fail <= total; fail++) {
    const one = await setup()
    await writes(one, fail)
    assert.deepEqual(await now(one), MOVED, `cut short at write ${fail}`)
    assert.equal(one.store.size('trust'), 1)
    const told = (await one.scene.messages()).filter(({ key }) => key.startsWith('tell-moved'))
    assert.equal(told.length, 2, `told, cut short at write ${fail}`)
  }
})

test('moved: a stop ends the waiting for a store that is away', async () => {
  const one = await setup()
  one.store.before = () => {
    throw away()
  }
  const moving = one.move()
  await settle()
  one.stop.abort()
  await moving
  assert.deepEqual(
    one.logged.map(({ message }) => message),
    ['a moved group still has its grants under the old id'],
  )
})
