import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES, say } from '../../../src/core/text.ts'
import { START } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import {
  CALM,
  critical,
  exited,
  FIRES,
  down,
  volume,
  recordedLines,
  started,
  unready,
} from './firing.ts'
import {
  blind,
  DAY,
  deed,
  HOUR,
  ID,
  lasting,
  line,
  lines,
  type Look,
  lost,
  machines,
  MINUTE,
  ok,
  play,
  report,
  SECOND,
  type Tick,
} from './scene.ts'

/** A new run that got ready, and says so. */
const anew: Look = (now) => ({
  machines: ok([made.machine({ events: [started(now - 20_000), started(START - HOUR)] })], now),
  gateway: ok({ machine: ID, report: made.report({ uptimeMs: 10_000, bootId: 'b-2' }) }, now),
  logs: ok(lines([line('[gateway] ready', now - 5000)]), now),
  secrets: ok([], now),
})
const reloaded: Look = (now) => ({
  logs: ok(lines([line('[reload] config hot reload applied (gateway)', now - 1000)]), now),
})

/** What ends each trouble; for others it is that all is well again. */
const ENDS: Readonly<Record<string, readonly Tick[]>> = {
  'oom.kernel': [{ after: 31 * MINUTE }],
  'oom.heap': [{ after: 31 * MINUTE }],
  lock: [{ look: anew, after: MINUTE }],
  'exit.78': [{ look: anew, after: MINUTE }],
  'config.rejected': [{ look: anew, after: MINUTE }],
  'config.reverted': [{ look: reloaded }],
  crashloop: [{ after: 6 * MINUTE }],
  debugger: [{ look: anew, after: MINUTE }],
  'token.guessed': [{ after: 16 * MINUTE }],
  'log.secret': [{ after: 25 * HOUR }],
  addresses: [{ look: (now) => ({ addresses: ok([], now) }) }],
}

for (const [id, { ticks }] of Object.entries(FIRES))
  test(`${id}: is over when it is, and only after a look`, () => {
    const dark = play([...ticks, { look: blind }])
    assert.ok(dark.standing.some(({ alert }) => alert.rule === id))
    const { alerts, standing } = play([...ticks, { look: blind }, ...(ENDS[id] ?? [CALM, CALM])])
    const own = alerts.filter(({ rule }) => rule === id)
    assert.deepEqual(
      own.map(({ status }) => status),
      ['firing', 'resolved'],
    )
    assert.equal(own[0]?.key, own[1]?.key)
    assert.equal(own[0]?.group, own[1]?.group)
    assert.deepEqual(
      standing.filter(({ alert }) => alert.rule === id),
      [],
    )
  })

test('a gateway that fails anew every minute is told of once, and all is over when it gets ready', () => {
  const LAST = 6
  /** Its tries so far: a start each minute, six seconds later its words and its end; the last one goes well. */
  const look: Look = (now) => {
    const tries = Array.from({ length: LAST + 1 }, (_, n) => START + n * MINUTE)
    const ends = tries.slice(0, LAST).map((at) => at + 6 * SECOND)
    const begun = tries.filter((at) => at <= now)
    const over = ends.filter((at) => at <= now)
    const events = [
      ...over.map((at) => exited(at, { code: 78, restarting: true })),
      ...begun.map(started),
      started(START - HOUR),
    ]
    const ready = now > START + LAST * MINUTE + 20 * SECOND
    return {
      machines: ok([made.machine({ events })], now),
      gateway: ok({ machine: ID, report: made.report({ ready }) }, now),
      logs: ok(
        lines(over.filter((at) => at > now - 15 * SECOND).map((at) => line(LOCKED, at - 1))),
        now,
      ),
      secrets: ok([], now),
    }
  }
  const { alerts } = play(lasting(look, (LAST + 6) * MINUTE))
  const told = (id: string) => alerts.filter(({ rule }) => rule === id).map(({ status }) => status)
  for (const id of ['lock', 'exit.78', 'crashloop'])
    assert.deepEqual(told(id), ['firing', 'resolved'], id)
  assert.deepEqual(new Set(alerts.map(({ rule }) => rule)).size, 3)
  assert.equal(new Set(alerts.map(({ group }) => group)).size, 1)
})
const LOCKED = 'Another gateway (pid 16876) already owns this state directory'

test('one run out of memory is one incident from the first sign to the cure', () => {
  const oom = (at: number) => exited(at, { oom: true, code: 137, signal: 9, restarting: true })
  const t0 = START + MINUTE
  const ends = (...at: readonly number[]): Look =>
    machines({ events: [...at.map(oom), started(START - HOUR)] })
  const scene: readonly Tick[] = [
    CALM,
    { look: ends(t0) },
    { look: ends(t0, t0 + 40_000), after: MINUTE },
    { look: ends(t0, t0 + 40_000, t0 + 80_000), after: MINUTE },
    { look: down(exited(t0 + 90_000, { oom: true, code: 137 }), oom(t0)), after: 2 * MINUTE },
  ]
  const fell = play(scene)
  assert.deepEqual(
    fell.standing.map(({ alert }) => alert.rule),
    ['crashloop', 'exit.gave_up', 'oom.kernel'],
  )
  assert.equal(new Set(fell.alerts.map(({ group }) => group)).size, 1)
  assert.deepEqual(fell.alerts.find(({ rule }) => rule === 'exit.gave_up')?.fix, {
    command: 'openclaw memory',
    input: { size: 'next', machine: ID },
  })
  const raised = machines({
    events: [made.event('update', t0 + 5 * MINUTE), started(t0 + 5 * MINUTE + 1), oom(t0 + 90_000)],
  })
  const cured = play([...scene, { look: raised, after: 5 * MINUTE }])
  assert.deepEqual(cured.standing, [])
})

test('what a list of Fly’s no longer holds has happened all the same, also past a look that found nothing', () => {
  const oom = FIRES['oom.kernel'] ?? assert.fail()
  const later = [{ look: machines({ events: [] }) }, { look: blind }, CALM]
  assert.deepEqual(
    play([...oom.ticks, ...later]).standing.map(({ alert }) => alert.rule),
    ['oom.kernel'],
  )
  const loop = FIRES['crashloop'] ?? assert.fail()
  const unseen = (now: number) => ({ machines: lost(now) })
  const broken = loop.ticks.map((tick, n) => (n === 9 ? { look: unseen } : tick))
  const told = play(broken).alerts.map(({ rule }) => rule)
  assert.deepEqual(told, ['crashloop'])
})

test('what got worse is told again under the same key, and counts from when it began', () => {
  const { alerts } = play([CALM, { look: volume(0.85) }, { look: volume(0.95), after: HOUR }])
  const [first, second] = alerts
  assert.ok(first && second)
  assert.deepEqual([first.severity, second.severity], ['warning', 'critical'])
  assert.equal(second.key, first.key)
  assert.equal(second.since, first.since)
  assert.equal(second.at, first.at + HOUR)
})

test('what has not changed is not told again', () => {
  const full = FIRES['volume.full'] ?? assert.fail()
  const { alerts } = play([...full.ticks, ...full.ticks.slice(1), CALM, CALM])
  assert.deepEqual(
    alerts.map(({ rule, status }) => `${rule} ${status}`),
    ['volume.full firing', 'volume.full resolved'],
  )
})

test('a machine that is gone takes its trouble with it; one whose host is silent does not', () => {
  const fell = FIRES['exit.gave_up'] ?? assert.fail()
  const gone = play([...fell.ticks, { look: (now) => ({ machines: ok([], now) }) }])
  assert.deepEqual(
    gone.last.map(({ status }) => status),
    ['resolved'],
  )
  const silent = play([...fell.ticks, { look: machines({ hostStatus: 'unknown', config: null }) }])
  assert.deepEqual(silent.last, [])
  assert.equal(silent.standing.length, 1)
})

test('a log that can’t be read keeps what it told, and a ready gateway ends what only it can end', () => {
  const lock = FIRES['lock'] ?? assert.fail()
  const deaf: Look = (now) => ({ ...unready(now), logs: lost(now, 'auth') })
  const { standing, sight } = play([...lock.ticks, { look: deaf }, { look: deaf }])
  assert.ok(standing.some(({ alert }) => alert.rule === 'lock'))
  assert.ok(sight.memory.lines.length > 0)
})

test('a heap that ran out is told again when Fly’s word for its end bears it out, and once', () => {
  const at = START + 28 * SECOND
  const events = [exited(at, { code: 134, signal: 6 }), started(START - DAY)]
  const oom: Look = recordedLines('24-oom-heap-128.log', { only: /FATAL ERROR/ })
  const ended = machines({ events })
  const both: Look = (now) => ({ ...ended(now), secrets: ok([], now) })
  const { alerts, standing } = play([CALM, { look: oom }, { look: both }, { look: both }])
  const own = alerts.filter(({ rule }) => rule === 'oom.heap')
  assert.deepEqual(
    own.map(({ status }) => status),
    ['firing', 'firing'],
  )
  assert.equal(own[0]?.since, own[1]?.since)
  assert.equal(standing.find(({ alert }) => alert.rule === 'oom.heap')?.from, 'look')
})

test('a stop that Fly has no word for is told of when it was seen running before', () => {
  const still = machines({ state: 'stopped', events: [started(START - DAY)] })
  assert.deepEqual(
    play([CALM, ...lasting(still, 2 * MINUTE)]).alerts.map(({ rule }) => rule),
    ['stopped'],
  )
  assert.deepEqual(play([CALM, { look: still }, { look: still }]).alerts, [])
  assert.deepEqual(play(lasting(still, 2 * MINUTE)).alerts, [])
})

test('thresholds are taken from the rules, within bounds', () => {
  const two = [CALM, { look: machines({ events: [1, 2].map((n) => exited(START - n * MINUTE)) }) }]
  const rules = (threshold: number) => ({ crashloop: { on: true, threshold } })
  const told = (threshold: number) => play(two, { rules: rules(threshold) }).alerts.length
  assert.deepEqual([told(2), told(0), told(3)], [1, 1, 0])
})

test('channels that are held back say so, and are not restarted before they may', () => {
  const held =
    (uptimeMs: number): Look =>
    (now) => ({
      ...report({ uptimeMs, channels: [], channelsDown: [{ name: 'discord', state: 'stopped' }] })(
        now,
      ),
      ...machines({ events: [started(now - uptimeMs)] })(now),
      logs: ok(
        lines([
          line(
            '[gateway] restart-loop breaker tripped: 3 unclean boot(s) within 300000ms',
            now - uptimeMs + 1,
          ),
        ]),
        now,
      ),
      secrets: ok([], now),
    })
  const young = play([{ look: held(3 * MINUTE) }, { look: held(4 * MINUTE), after: 3 * MINUTE }])
  const [one] = young.alerts
  assert.equal(one?.rule, 'gateway.channels')
  assert.equal(one.fix, null)
  const old = play([{ look: held(3 * MINUTE) }, { look: held(6 * MINUTE), after: 3 * MINUTE }])
  assert.deepEqual(old.alerts[0]?.fix, { command: 'openclaw restart', input: { machine: ID } })
})

test('a command that is at work ends nothing by being at work, and begins nothing either', () => {
  const at = START + 2 * MINUTE
  const working: Look = (now) => ({ ...critical(now), jobs: [deed('restart', at)] })
  const done: Look = (now) => ({ ...critical(now), jobs: [deed('restart', at, now - SECOND)] })
  const fails = [CALM, ...lasting(critical, MINUTE + 15 * SECOND)]
  const still = play([
    ...fails,
    ...lasting(working, MINUTE),
    ...lasting(done, MINUTE),
    { look: critical },
  ])
  assert.deepEqual(
    still.alerts.map(({ rule, status }) => `${rule} ${status}`),
    ['check firing'],
  )
  const cured = play([
    ...fails,
    { look: working },
    { look: (now) => ({ jobs: working(now).jobs ?? [] }) },
  ])
  assert.deepEqual(
    cured.alerts.map(({ status }) => status),
    ['firing', 'resolved'],
  )
})

test('a token that is refused everywhere is one trouble', () => {
  const refused: Look = (now) =>
    Object.fromEntries(Object.keys(blind(now)).map((name) => [name, lost(now, 'auth')]))
  const { alerts } = play([CALM, ...lasting(refused, 10 * MINUTE)])
  assert.deepEqual(
    alerts.map(({ key }) => key),
    ['my-openclaw/blind/machines'],
  )
})

test('a log that refuses its token says which one, for it has one of its own', () => {
  const deaf: Look = (now) => ({ logs: lost(now, 'auth') })
  const [told] = play([CALM, ...lasting(deaf, 2 * MINUTE)]).alerts
  for (const locale of LOCALES) assert.match(say(told?.text ?? '', locale), /FLY_READ_TOKEN/)
  const [all] = play([CALM, ...lasting((now) => ({ machines: lost(now, 'auth') }), MINUTE)]).alerts
  assert.doesNotMatch(say(all?.text ?? '', 'en'), /FLY_READ_TOKEN/)
  assert.match(say(all?.text ?? '', 'en'), /set it as FLY_API_TOKEN\.$/)
})

test('that the run before was ready hides nothing of this one', () => {
  const { alerts } = play([
    CALM,
    {
      look: (now) => ({
        machines: ok([made.machine({ events: [started(now - 5000), started(START - DAY)] })], now),
        gateway: ok({ machine: ID, report: made.report() }, now - 10_000),
        logs: ok(lines([line(LOCKED, now - 1000)]), now),
        secrets: ok([], now),
      }),
    },
  ])
  assert.deepEqual(
    alerts.map(({ rule }) => rule),
    ['lock'],
  )
})

test('a host that is silent for a while makes nobody forget that its machine fell', () => {
  const still = machines({ state: 'stopped', events: [started(START - DAY)] })
  const silent = machines({ state: 'stopped', hostStatus: 'unknown', config: null })
  const { alerts } = play([CALM, ...lasting(still, 2 * MINUTE), { look: silent }, { look: still }])
  assert.deepEqual(
    alerts.map(({ rule, status }) => `${rule} ${status}`),
    ['stopped firing'],
  )
})
