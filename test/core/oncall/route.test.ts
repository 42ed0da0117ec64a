import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressOf } from '../../../src/core/oncall/place-address.ts'
import {
  ownersTalks,
  placesFor,
  RECEIVERS,
  roomKey,
  type Route,
  SEVERITIES,
  SOURCES,
} from '../../../src/core/oncall/route.ts'

const place = (room: string) => ({ platform: 'discord', space: '9', room }) as const
const route = (more: Partial<Route> = {}): Route => ({
  source: '*',
  severity: 'info',
  app: '*',
  place: place('1'),
  by: 'discord:100',
  at: 0,
  ...more,
})
const OWNERS = ownersTalks(['discord:100', 'telegram:7', 'nobody'])
const alerts = fc.record({
  source: fc.constantFrom('watch', 'drill', 'test', ...RECEIVERS),
  app: fc.constantFrom('a', 'b', null),
  severity: fc.constantFrom(...SEVERITIES),
})
const routes = fc.array(
  fc
    .record({
      source: fc.constantFrom(...SOURCES),
      severity: fc.constantFrom(...SEVERITIES),
      app: fc.constantFrom('a', 'b', '*'),
      room: fc.constantFrom('1', '2', '3'),
    })
    .map(({ room, ...more }) => route({ ...more, place: place(room) })),
  { maxLength: 8 },
)

test('routes: every alert is shown somewhere, each place once', () => {
  fc.assert(
    fc.property(routes, alerts, (some, alert) => {
      const places = placesFor(some, OWNERS, alert)
      assert.ok(places.length > 0)
      assert.equal(new Set(places.map(roomKey)).size, places.length)
    }),
  )
})

test('routes: one for everything takes everything, whatever else is routed', () => {
  fc.assert(
    fc.property(routes, alerts, (some, alert) => {
      const all = placesFor([...some, route({ place: place('77') })], OWNERS, alert)
      assert.ok(all.some(({ room }) => room === '77'))
      assert.ok(!all.some(({ room }) => room === null))
    }),
  )
})

const CASES: ReadonlyArray<readonly [more: Partial<Route>, alert: string, shown: boolean]> = [
  [{ severity: 'warning' }, 'watch a critical', true],
  [{ severity: 'warning' }, 'watch a info', false],
  [{ source: 'watch' }, 'watch a info', true],
  [{ source: 'watch' }, 'drill a info', true],
  [{ source: 'watch' }, 'grafana a info', false],
  [{ source: 'grafana' }, 'grafana a info', true],
  [{ app: 'b' }, 'watch a info', false],
  [{ app: 'a' }, 'watch a info', true],
]
for (const [more, words, shown] of CASES)
  test(`routes: ${JSON.stringify(more)} ${shown ? 'takes' : 'leaves'} ${words}`, () => {
    const [source = '', app = '', severity] = words.split(' ')
    const alert = { source, app, severity: severity === 'critical' ? severity : 'info' } as const
    const [first] = placesFor([route(more)], OWNERS, alert)
    assert.equal(first?.room === '1', shown)
  })

test('routes: what is about no app concerns whoever hears of one', () => {
  const alert = { source: 'watch', app: null, severity: 'info' } as const
  assert.equal(placesFor([route({ app: 'a' })], OWNERS, alert)[0]?.room, '1')
})

test('routes: addresses of rooms and of talks', () => {
  const telegram = { platform: 'telegram', space: '-100', room: '5' } as const
  assert.deepEqual(addressOf(telegram), {
    platform: 'telegram',
    chat: '-100',
    topic: '5',
    user: '',
    private: false,
  })
  assert.deepEqual(
    OWNERS.map((talk) => [addressOf(talk).chat, addressOf(talk).private]),
    [
      ['100', true],
      ['7', true],
    ],
  )
  assert.equal(addressOf(place('1')).chat, '1')
})
