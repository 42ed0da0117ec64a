import assert from 'node:assert/strict'
import { test } from 'node:test'
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
const PASSES: ReadonlyArray<readonly [name: string, ticks: readonly Tick[]]> = [
  ['nothing at all, for an hour', lasting(() => ({}), HOUR, MINUTE)],
  [
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
    'an update that leaves the machine stopped (recorded, exit 127)',
    then((now) => ({
      machines: ok([recordedMachine('machine-get.exit-event.2022', now - 2000)], now),
    })),
  ],
  [
    'a user restarts it (recorded)',
    then((now) => ({
      machines: ok([recordedMachine('machine-get.user-restart.2022-11', now - 2000)], now),
    })),
  ],
  [
    'a start just now (recorded)',
    then((now) => ({
      machines: ok([recordedMachine('machine-get.started.2025-09-10', now - 2000)], now),
    })),
  ],
  [
    'somebody stops it',
    then(down(event('stop', AT - 3000), exited(AT - 2000, { code: 0, requested: true }))),
  ],
  [
    'somebody stops one that had ended by itself',
    then(down(event('stop', AT + SECOND), exited(AT - 2000, { code: 1 }))),
  ],
  ['somebody suspends it', then(machines({ state: 'suspended', events: [event('suspend', AT)] }))],
  [
    'autostop stops it',
    then(
      machines({
        state: 'stopped',
        config: made.config({ services: [{ internal_port: 3000, autostop: 'stop' }] }),
        events: [exited(AT, { code: 0 })],
      }),
    ),
  ],
  ['a command of ours stops it', then(both(down(exited(AT, { code: 0 })), doing('machine stop')))],
  [
    'it is between two tries',
    [CALM, { look: down(exited(START + 20 * SECOND, { code: 1, restarting: true })) }],
  ],
  [
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
    'memory ran out, and the machine was changed since',
    then(machines({ events: [event('update', AT), exited(AT - HOUR / 4, { oom: true })] })),
  ],
  ['memory ran out an hour ago', then(machines({ events: [exited(AT - HOUR, { oom: true })] }))],
  ['two hard ends', then(machines({ events: [1, 2].map((n) => exited(AT - n * MINUTE)) }))],
  ['a check fails for 45 s', [CALM, ...lasting(critical, 30 * SECOND), CALM]],
  [
    'a check fails while a command of ours is at work',
    lasting(both(critical, doing('restart')), 300_000),
  ],
  ['it is not ready for four minutes', [CALM, ...lasting(unready, 4 * MINUTE), CALM]],
  [
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
    'nobody could tell for long, and then it was not ready for a moment',
    [CALM, ...lasting(report({ ready: null }), 10 * MINUTE), { look: unready }, CALM],
  ],
  [
    'it refused to start, and was changed since',
    then(
      both(
        machines({ events: [event('update', AT), exited(AT - 5 * SECOND, { code: 78 })] }),
        unready,
      ),
    ),
  ],
  ['nobody could tell whether it is ready', lasting(report({ ready: null }), HOUR / 2)],
  ['channels are down for a minute', [CALM, ...lasting(discordDown, MINUTE), CALM]],
  [
    'channels are starting',
    lasting(report({ channelsDown: [{ name: 'discord', state: 'starting' }] }), HOUR / 4),
  ],
  [
    'the breaker had tripped, and all channels run',
    then(says('[gateway] restart-loop breaker tripped: 3 unclean boot(s) within 300000ms')),
  ],
  [
    'a second start was refused, and the gateway is ready',
    then(recordedLines('20-lock-live-gateway-like-pid.log')),
  ],
  [
    'a refused config was mended',
    then(
      says(
        '[reload] config reload skipped (invalid config): gateway: x',
        '[reload] config hot reload applied (gateway)',
      ),
    ),
  ],
  [
    'a command of ours made it public',
    [
      { look: addresses(PRIVATE) },
      { look: both(addresses(made.address()), doing('network public')) },
    ],
  ],
  [
    'a private address more',
    [
      { look: addresses(PRIVATE) },
      { look: addresses(PRIVATE, { ...PRIVATE, address: 'fdaa::4' }) },
    ],
  ],
  [
    'memory is about to be changed by us',
    lasting(both(set({ memoryMb: 4096 }), doing('memory')), MINUTE),
  ],
  [
    'a secret was set five minutes ago',
    then((now) => ({ secrets: ok([made.secret({ updatedAt: now - 5 * MINUTE })], now) })),
  ],
  ['a volume is 79 % full', then(volume(0.79))],
  [
    'a volume of yesterday has no snapshot yet',
    then((now) => ({
      volumes: ok([made.volume({ createdAt: now - DAY })], now),
      snapshots: ok({ vol_1: [] }, now),
    })),
  ],
  ['nine wrong tokens', [CALM, { look: guesses(9) }, CALM]],
  ['wrong tokens of our own trial', [CALM, { look: guesses(20, doing('token check', START)) }]],
  [
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
    'a certificate has a month to go',
    then((now) => certificate({ expiresAt: now + 30 * DAY })(now)),
  ],
  [
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
    'Fly does not answer for four minutes',
    [CALM, ...lasting((now) => ({ machines: lost(now), logs: lost(now) }), 4 * MINUTE), CALM],
  ],
  [
    'logs and config are left out on purpose',
    lasting((now) => {
      const out = { ...lost(now), code: 'not_ready' as const }
      return { config: out, logs: out }
    }, HOUR / 4),
  ],
]

for (const [name, ticks] of PASSES)
  test(`no alert: ${name}`, () => {
    const { alerts } = play(ticks)
    assert.deepEqual(
      alerts.map(({ rule, status, text }) => [rule, status, text]),
      [],
    )
  })
