import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DETECTORS } from '../../../src/core/watch/detectors.ts'
import * as made from '../../helpers/deployments.ts'
import { START } from '../../helpers/clock.ts'
import { recorded } from '../../helpers/seen.ts'
import {
  addresses,
  CALM,
  certificate,
  critical,
  discordDown,
  down,
  exited,
  guesses,
  PRIVATE,
  recordedLines,
  set,
  started,
  unready,
  volume,
} from './firing.ts'
import {
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
  recordedEvents,
  recordedMachine,
  report,
  SECOND,
  says,
  type Tick,
} from './scene.ts'

const event = (type: string, at: number) => made.event(type, at)
const AT = START + MINUTE
/** It is not the log's turn. */
const unread: Look = () => ({ logs: undefined as never })
/** Seen running, and a minute later as the look says. */
const then = (look: Look): readonly Tick[] => [CALM, { look, after: MINUTE }, { look }]
const both =
  (...looks: readonly Look[]): Look =>
  (now) =>
    Object.assign({}, ...looks.map((look) => look(now)))
const doing =
  (command: string, from = AT - MINUTE): Look =>
  () => ({ jobs: [deed(command, from)] })

/** What comes close to a trouble and is none: no alert at all may come of it. */
const PASSES: ReadonlyArray<readonly [near: string, name: string, ticks: readonly Tick[]]> = [
  ['all', 'nothing at all, for an hour', lasting(() => ({}), HOUR, MINUTE)],
  [
    'exit.gave_up',
    'the old run ends with an error after an update (recorded)',
    then(
      both((now) =>
        machines({
          events: [...recordedEvents('events.update-then-old-exit.synthetic', now - 2000)],
        })(now),
      ),
    ),
  ],
  [
    'stopped',
    'an update that leaves the machine stopped (recorded, exit 127)',
    then((now) => ({
      machines: ok([recordedMachine('machine-get.exit-event.2022', now - 2000)], now),
    })),
  ],
  [
    'stopped',
    'a user restarts it (recorded)',
    then((now) => ({
      machines: ok([recordedMachine('machine-get.user-restart.2022-11', now - 2000)], now),
    })),
  ],
  [
    'gateway.ready',
    'a start just now (recorded)',
    then((now) => ({
      machines: ok([recordedMachine('machine-get.started.2025-09-10', now - 2000)], now),
    })),
  ],
  [
    'stopped',
    'somebody stops it',
    then(down(event('stop', AT - 3000), exited(AT - 2000, { code: 0, requested: true }))),
  ],
  [
    'exit.gave_up',
    'somebody stops one that had ended by itself',
    then(down(event('stop', AT + SECOND), exited(AT - 2000, { code: 1 }))),
  ],
  [
    'stopped',
    'somebody suspends it',
    then(machines({ state: 'suspended', events: [event('suspend', AT)] })),
  ],
  [
    'stopped',
    'autostop stops it',
    then(
      machines({
        state: 'stopped',
        config: made.config({ services: [{ internal_port: 3000, autostop: 'stop' }] }),
        events: [exited(AT, { code: 0 })],
      }),
    ),
  ],
  [
    'stopped',
    'a command of ours stops it',
    then(both(down(exited(AT, { code: 0 })), doing('machine stop'))),
  ],
  [
    'exit.gave_up',
    'it is between two tries',
    [CALM, { look: down(exited(START + 20 * SECOND, { code: 1, restarting: true })) }],
  ],
  [
    'exit.gave_up',
    'a release command of its own ends with an error',
    then(
      machines(
        {},
        {
          id: 'release',
          state: 'stopped',
          config: made.config({ metadata: { fly_process_group: 'fly_app_release_command' } }),
          events: [exited(AT, { code: 1 })],
        },
      ),
    ),
  ],
  [
    'exit.gave_up',
    'an old machine that failed last month, seen for the first time',
    [
      {
        look: both(machines({ state: 'stopped', events: [exited(START - 30 * DAY)] }), (now) => ({
          secrets: ok([], now),
        })),
      },
    ],
  ],
  [
    'oom.kernel',
    'memory ran out, and the machine was changed since',
    then(machines({ events: [event('update', AT), exited(AT - HOUR / 4, { oom: true })] })),
  ],
  [
    'oom.kernel',
    'memory ran out an hour ago',
    then(machines({ events: [exited(AT - HOUR, { oom: true })] })),
  ],
  [
    'crashloop',
    'two hard ends',
    then(machines({ events: [1, 2].map((n) => exited(AT - n * MINUTE)) })),
  ],
  ['check', 'a check fails for 45 s', [CALM, ...lasting(critical, 30 * SECOND), CALM]],
  [
    'check',
    'a check fails while a command of ours is at work',
    lasting(both(critical, doing('restart')), 300_000),
  ],
  [
    'gateway.ready',
    'it is not ready for four minutes',
    [CALM, ...lasting(unready, 4 * MINUTE), CALM],
  ],
  [
    'gateway.ready',
    'it is not ready, and was started anew meanwhile',
    lasting(
      (now) => ({
        ...unready(now),
        ...machines({ events: [started(now > START + 4 * MINUTE ? START + 4 * MINUTE : START)] })(
          now,
        ),
      }),
      8 * MINUTE,
    ),
  ],
  [
    'gateway.ready',
    'what is known of its readiness is of the run before',
    [
      { look: unready },
      ...lasting(
        (now) => ({
          gateway: ok({ machine: ID, report: made.report({ ready: false }) }, START + 15 * SECOND),
          ...machines({ events: [started(START + 20 * SECOND), event('update', START - DAY)] })(
            now,
          ),
        }),
        10 * MINUTE,
      ),
    ],
  ],
  [
    'gateway.ready',
    'nobody could tell for long, and then it was not ready for a moment',
    [CALM, ...lasting(report({ ready: null }), 10 * MINUTE), { look: unready }, CALM],
  ],
  [
    'exit.78',
    'it refused to start, and was changed since',
    then(
      both(
        machines({ events: [event('update', AT), exited(AT - 5 * SECOND, { code: 78 })] }),
        unready,
      ),
    ),
  ],
  [
    'gateway.ready',
    'nobody could tell whether it is ready',
    lasting(report({ ready: null }), HOUR / 2),
  ],
  [
    'gateway.channels',
    'channels are down for a minute',
    [CALM, ...lasting(discordDown, MINUTE), CALM],
  ],
  [
    'gateway.channels',
    'channels are starting',
    lasting(report({ channelsDown: [{ name: 'discord', state: 'starting' }] }), HOUR / 4),
  ],
  [
    'gateway.channels',
    'the breaker had tripped, and all channels run',
    then(says('[gateway] restart-loop breaker tripped: 3 unclean boot(s) within 300000ms')),
  ],
  [
    'lock',
    'a second start was refused, and the gateway is ready',
    then(recordedLines('20-lock-live-gateway-like-pid.log')),
  ],
  [
    'config.rejected',
    'a refused config was mended',
    then(
      says(
        '[reload] config reload skipped (invalid config): gateway: x',
        '[reload] config hot reload applied (gateway)',
      ),
    ),
  ],
  [
    'addresses',
    'a command of ours made it public',
    [
      { look: addresses(PRIVATE) },
      { look: both(addresses(made.address()), doing('network public')) },
    ],
  ],
  [
    'addresses',
    'a private address more',
    [
      { look: addresses(PRIVATE) },
      { look: addresses(PRIVATE, { ...PRIVATE, address: 'fdaa::4' }) },
    ],
  ],
  [
    'drift',
    'memory is about to be changed by us',
    lasting(both(set({ memoryMb: 4096 }), doing('memory')), MINUTE),
  ],
  [
    'secrets.staged',
    'a secret was set five minutes ago',
    then((now) => ({ secrets: ok([made.secret({ updatedAt: now - 5 * MINUTE })], now) })),
  ],
  ['volume.full', 'a volume is 79 % full', then(volume(0.79))],
  [
    'volume.no_copy',
    'a volume of yesterday has no snapshot yet',
    then((now) => ({
      volumes: ok([made.volume({ createdAt: now - DAY })], now),
      snapshots: ok({ vol_1: [] }, now),
    })),
  ],
  ['token.guessed', 'nine wrong tokens', [CALM, { look: guesses(9) }, CALM]],
  [
    'token.guessed',
    'wrong tokens of our own trial',
    [CALM, { look: guesses(20, doing('token check', START)) }],
  ],
  [
    'token.guessed',
    'somebody sends what a gateway would print, and the proxy prints it',
    [
      CALM,
      {
        look: (now) => {
          const found = recorded('16-config-token-vs-env.log', now - 5000)
          return { logs: ok(lines(found.map((one) => ({ ...one, provider: 'proxy' }))), now) }
        },
      },
    ],
  ],
  [
    'certificate',
    'a certificate has a month to go',
    then((now) => certificate({ expiresAt: now + 30 * DAY })(now)),
  ],
  [
    'certificate',
    'a certificate is asked for',
    then((now) =>
      certificate({
        status: 'pending_validation',
        configured: false,
        createdAt: now - HOUR,
        expiresAt: null,
      })(now),
    ),
  ],
  [
    'blind',
    'Fly does not answer for four minutes',
    [CALM, ...lasting((now) => ({ machines: lost(now), logs: lost(now) }), 4 * MINUTE), CALM],
  ],
  [
    'blind',
    'the last read of a log fails before its app sleeps and nobody reads it any more',
    [CALM, { look: (now) => ({ logs: lost(now) }) }, ...lasting(unread, HOUR, MINUTE)],
  ],
  [
    'blind',
    'logs and config are left out on purpose',
    lasting((now) => {
      const out = { ...lost(now), code: 'not_ready' as const }
      return { config: out, logs: out }
    }, HOUR / 4),
  ],
  [
    'host',
    'Fly does not reach the host for 45 s',
    [CALM, ...lasting(machines({ hostStatus: 'unreachable' }), 30 * SECOND), CALM],
  ],
  [
    'oom.heap',
    'the heap was used up an hour ago (recorded)',
    then((now) => ({ logs: ok(lines(recorded('24-oom-heap-128.log', now - HOUR)), now) })),
  ],
  [
    'oom.heap',
    'the heap was used up, and the machine was changed since (recorded)',
    then(
      both(recordedLines('24-oom-heap-128.log'), (now) =>
        machines({ events: [event('update', now - 2000)] })(now),
      ),
    ),
  ],
  [
    'config.reverted',
    'a restored config was written again (recorded)',
    then((now) => {
      const found = recorded('43-xff.log', now - 20_000)
      const restored = found.filter(({ message }) => /auto-restored/.test(message))
      const anew = line('[reload] config hot reload applied (gateway)', now - 1000)
      return { logs: ok(lines([...restored, anew]), now) }
    }),
  ],
  [
    'debugger',
    'a debugger was open in the run before (recorded)',
    [
      CALM,
      {
        look: (now) => ({
          ...machines({ events: [started(now - 20_000)] })(now),
          gateway: ok({ machine: ID, report: made.report({ uptimeMs: 10_000 }) }, now),
          logs: ok(lines(recorded('02-running.log', now - HOUR)), now),
        }),
        after: MINUTE,
      },
    ],
  ],
  [
    'log.secret',
    'an hour of a healthy gateway (recorded)',
    then(recordedLines('01-first-start.log')),
  ],
]

test('each detector has something near it that is no trouble', () => {
  const near = new Set(PASSES.map(([id]) => id))
  assert.deepEqual(
    DETECTORS.map(({ id }) => id).filter((id) => !near.has(id)),
    [],
  )
})

for (const [near, name, ticks] of PASSES)
  test(`no alert: ${near}: ${name}`, () => {
    const { alerts } = play(ticks)
    assert.deepEqual(
      alerts.map(({ rule, status, text }) => [rule, status, text]),
      [],
    )
  })
