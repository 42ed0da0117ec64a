import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LOCALES, say } from '../../../src/core/text.ts'
import { SIGNATURES } from '../../../src/core/signatures.ts'
import { DETECTORS } from '../../../src/core/watch/detectors.ts'
import type { Alert } from '../../../src/core/oncall/alert.ts'
import type { Standing } from '../../../src/core/watch/detector.ts'
import type { Glance, PartName } from '../../../src/core/watch/sight.ts'
import { sightOf } from '../../../src/core/watch/sight-of.ts'
import { toAlerts } from '../../../src/core/watch/to-alerts.ts'
import { START } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { inside, recorded } from '../../helpers/seen.ts'
import {
  APP,
  blind,
  deed,
  healthy,
  ID,
  line,
  lines,
  type Look,
  lost,
  MINUTE,
  ok,
  play,
} from './scene.ts'
import { runs } from '../../helpers/runs.ts'

const LOGS = [
  '09-start-unknown-key.log',
  '10-lan-no-token.log',
  '20-lock-live-gateway-like-pid.log',
  '24-oom-heap-128.log',
  '50-volume-full.log',
]
const MESSAGES = [
  ...LOGS.flatMap((name) => recorded(name).map(({ message }) => message)),
  'Debugger listening on ws://127.0.0.1:9229/x',
  '[gateway] restart-loop breaker tripped: 3 unclean boot(s) within 300000ms',
  'restart-loop breaker recovered',
  '[ws] unauthorized conn=1 x remote=203.0.113.7 client=x',
  'too many failed authentication attempts',
  'Out of memory: Killed process 321 (node) total-vm:1kB',
  '[reload] config hot reload applied (gateway)',
].filter((message) => SIGNATURES.some(({ pattern }) => pattern.test(message)))

const MONTH = 30 * 86_400_000
const when = fc.integer({ min: -MONTH, max: 600_000 }).map((ms) => START + ms)
const exit = fc.record({
  code: fc.constantFrom(0, 1, 78, 134, 137),
  signal: fc.constantFrom(0, 6, 9, -1),
  oom: fc.boolean(),
  requested: fc.boolean(),
  restarting: fc.boolean(),
})
const event = fc.oneof(
  fc
    .tuple(fc.constantFrom('start', 'update', 'stop', 'launch', 'restart', '?'), when)
    .map(([type, at]) => made.event(type, at)),
  fc.tuple(when, exit).map(([at, more]) => made.event('exit', at, more)),
)
const machine = fc
  .record({
    id: fc.constantFrom(ID, 'second'),
    state: fc.constantFrom('started', 'stopped', 'starting', 'failed', 'suspended', 'odd'),
    hostStatus: fc.constantFrom('ok', 'ok', 'unreachable'),
    events: fc.array(event, { maxLength: 6 }),
    checks: fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b'),
        status: fc.constantFrom('passing', 'critical'),
        output: fc.string({ maxLength: 20 }),
      }),
      { maxLength: 2 },
    ),
    empty: fc.boolean(),
  })
  .map(({ empty, ...more }) => made.machine(empty ? { ...more, config: null, guest: null } : more))
const report = fc
  .record({
    ready: fc.constantFrom(true, false, null),
    channels: fc.constantFrom(null, ['discord']),
    channelsDown: fc.constantFrom([], [{ name: 'discord', state: 'stopped' as const }]),
    uptimeMs: fc.constantFrom(null, 1000, 1_000_000),
  })
  .map((more) => made.report(more))
const address = fc
  .constantFrom('v4', 'v6', 'private_v6' as const)
  .map((type) => made.address({ type: type as 'v4', address: `${type}-1` }))

type Values = { readonly [N in PartName]: fc.Arbitrary<unknown> }
const VALUES: Values = {
  machines: fc.uniqueArray(machine, { maxLength: 2, selector: ({ id }) => id }),
  logs: fc
    .record({
      found: fc.array(fc.tuple(fc.constantFrom(...MESSAGES), when), { maxLength: 8 }),
      known: fc.nat(2),
    })
    .map(({ found, known }) => ({
      ...lines(found.map(([message, at]) => line(message, at))),
      secrets: { known, shaped: 0 },
    })),
  gateway: fc.option(report.map((one) => ({ machine: ID, report: one }))),
  inside: fc.option(
    fc.nat(100).map((used) => ({
      machine: ID,
      figures: inside({
        disks: inside().disks.map((disk) => ({
          ...disk,
          usedBytes: (disk.totalBytes * used) / 100,
        })),
      }),
    })),
  ),
  addresses: fc.uniqueArray(address, { maxLength: 2, selector: (one) => one.address }),
  secrets: fc.array(
    when.map((updatedAt) => made.secret({ updatedAt })),
    { maxLength: 1 },
  ),
  volumes: fc.array(
    fc.nat(100).map((used) => made.volume({ usedBytes: used, totalBytes: 100 })),
    { maxLength: 1 },
  ),
  snapshots: fc.array(when, { maxLength: 2 }).map((all) => ({
    vol_1: all.map((createdAt) => ({ id: 'vs', status: 'created', sizeBytes: 1, createdAt })),
  })),
  certificates: fc.array(
    fc.record({
      hostname: fc.constant('claw.example.com'),
      status: fc.constantFrom('active', 'pending_validation', ''),
      configured: fc.constantFrom(true, false, null),
      createdAt: fc.option(when),
      expiresAt: fc.option(when),
    }),
    { maxLength: 1 },
  ),
  config: fc.constantFrom(
    { problem: null, trustedProxies: null },
    { problem: { what: 'odd', at: 'x:1' }, trustedProxies: [] },
  ),
  remembered: fc.constantFrom(
    { machines: {}, closedAt: null },
    { machines: { [ID]: { memoryMb: 4096, by: 'Ada', at: START, job: 'J-1' } }, closedAt: START },
  ),
}

const NAMES = Object.keys(VALUES) as readonly PartName[]
/** One part as it was found, not found, or not looked at. */
const part = (name: PartName): fc.Arbitrary<(now: number) => object> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: VALUES[name].map((value) => (now: number) => ({ [name]: ok(value, now) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('auth' as const, 'network' as const)
        .map((code) => (now: number) => ({ [name]: lost(now, code) })),
    },
    { weight: 1, arbitrary: fc.constant(() => ({})) },
  )
const glance: fc.Arbitrary<(now: number) => Glance> = fc
  .tuple(fc.tuple(...NAMES.map(part)), fc.boolean())
  .map(
    ([parts, works]) =>
      (now) =>
        Object.assign(
          { jobs: works ? [deed('restart', START)] : [] },
          ...parts.map((one) => one(now)),
        ) as Glance,
  )
const ticks = fc.array(
  fc.record({ look: glance, after: fc.constantFrom(15_000, 60_000, 600_000) }),
  { minLength: 1, maxLength: 5 },
)

/** As `play`, with nothing healthy put in. */
function run(
  all: ReadonlyArray<{ readonly look: (now: number) => Glance; readonly after: number }>,
) {
  let now = START
  const dark = { jobs: [], ...blind(now) }
  let sight = sightOf({ app: APP, before: undefined, glance: dark, now })
  let standing: readonly Standing[] = []
  const alerts: (readonly Alert[])[] = []
  for (const { look, after } of all) {
    now += after
    sight = sightOf({ app: APP, before: sight, glance: look(now), now })
    const judged = toAlerts({ after: sight, now, rules: {}, standing }, DETECTORS)
    standing = judged.standing
    alerts.push(judged.alerts)
  }
  return { sight, standing, alerts, now }
}

const LINES = new Set(DETECTORS.filter(({ onlyLines }) => onlyLines).map(({ id }) => id))
const RUNS = { numRuns: runs(150) }
const judge = (end: Pick<ReturnType<typeof run>, 'sight' | 'standing' | 'now'>) =>
  toAlerts({ after: end.sight, now: end.now, rules: {}, standing: end.standing }, DETECTORS)

test('whatever is seen: words in every language, one word per key, resolved only what fired', () => {
  fc.assert(
    fc.property(ticks, (all) => {
      const { alerts, standing, now } = run(all)
      const firing = new Set<string>()
      for (const told of alerts) {
        const keys = told.map(({ key }) => key)
        assert.equal(new Set(keys).size, keys.length, 'two words on one trouble')
        for (const { key, status, title, text, since, at, app } of told) {
          for (const locale of LOCALES) assert.ok(say(title, locale) && say(text, locale))
          assert.ok(since <= at && at <= now && app === APP)
          if (status === 'resolved') assert.ok(firing.delete(key), `${key} never fired`)
          else firing.add(key)
        }
      }
      assert.deepEqual(standing.map(({ alert }) => alert.key).toSorted(), [...firing].toSorted())
      for (const { alert, from } of standing)
        if (LINES.has(alert.rule)) assert.equal(from, 'line', alert.rule)
    }),
    RUNS,
  )
})

test('the same sight judged again says nothing, and leaves the same standing under the same keys', () => {
  fc.assert(
    fc.property(ticks, (all) => {
      const end = run(all)
      const again = judge(end)
      assert.deepEqual(again.alerts, [])
      assert.deepEqual(
        again.standing.map(({ alert }) => alert.key),
        end.standing.map(({ alert }) => alert.key),
      )
      const copied = judge({ ...end, ...(JSON.parse(JSON.stringify(end)) as typeof end) })
      assert.deepEqual(copied.alerts, [], 'a store in between makes it another')
    }),
    RUNS,
  )
})

test('when nothing can be seen any more, nothing is over, and nothing but that is new', () => {
  fc.assert(
    fc.property(ticks, (all) => {
      const end = run(all)
      const dark = { jobs: [], ...blind(end.now + MINUTE) }
      const now = end.now + MINUTE
      const sight = sightOf({ app: APP, before: end.sight, glance: dark, now })
      const { alerts } = judge({ sight, standing: end.standing, now })
      for (const { status, rule, key } of alerts)
        assert.ok(status === 'firing' && rule === 'blind', `${key} ${status}`)
    }),
    RUNS,
  )
})

test('nothing but being blind fires where nothing was ever seen', () => {
  const dark: Look = blind
  const { alerts } = play(Array.from({ length: 60 }, () => ({ look: dark, after: MINUTE })))
  assert.deepEqual([...new Set(alerts.map(({ rule }) => rule))], ['blind'])
  assert.ok(Object.keys(healthy(START)).length > NAMES.length)
})
