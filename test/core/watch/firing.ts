import * as made from '../../helpers/deployments.ts'
import { inside, recorded } from '../../helpers/seen.ts'
import { START } from '../../helpers/clock.ts'
import {
  DAY,
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
  recordedEvents,
  report,
  SECOND,
  type Tick,
} from './scene.ts'

export interface Case {
  readonly ticks: readonly Tick[]
  readonly severity?: 'warning' | 'info'
  readonly fix?: string
  readonly from?: 'line'
  /** What the evidence or the text holds. */
  readonly shows: RegExp
}

const GB = 1_073_741_824
export const CALM: Tick = {}
const once = (look: Look): readonly Tick[] => [CALM, { look }]

export const exited = (at: number, more: Parameters<typeof made.event>[2] = {}) =>
  made.event('exit', at, { restarting: false, ...more })
export const started = (at: number) => made.event('start', at)
const begun = started(START - HOUR)
export const down = (...events: ReturnType<typeof made.event>[]): Look =>
  machines({ state: 'stopped', events: [...events, begun] })

export const recordedLines =
  (name: string, { only = /^/ } = {}): Look =>
  (now) => ({
    logs: ok(lines(recorded(name, now - 10_000).filter(({ message }) => only.test(message))), now),
  })
/** A gateway that fails anew every minute: a start, its words, an exit. */
const failing =
  (name: string, code: number): Look =>
  (now) => ({
    ...recordedLines(name)(now),
    machines: ok(
      [made.machine({ events: [exited(now - 1000, { code, restarting: true }), begun] })],
      now,
    ),
    gateway: ok({ machine: ID, report: made.report({ ready: false }) }, now),
  })
/** An end each 50 s and a start 2 s later, so that looks find it started; of all events a list carries the newest five (recorded). */
const crashing: Look = (now) => {
  const ends = Array.from({ length: 4 }, (_, n) => START + 33 * SECOND + n * 50 * SECOND)
  const all = ends.flatMap((at) => [exited(at, { code: 1, restarting: true }), started(at + 2000)])
  const events = [begun, ...all].filter(({ at }) => at <= now).toReversed()
  return machines({ events: events.slice(0, 5) })(now)
}
export const unready = report({ ready: false, reason: 'startup-sidecars' })
export const critical = machines({
  checks: [{ name: 'servicecheck-00', status: 'critical', output: 'connect: refused' }],
})
export const discordDown = report({
  channels: ['telegram'],
  channelsDown: [{ name: 'discord', state: 'stopped' }],
})
export const addresses =
  (...all: readonly ReturnType<typeof made.address>[]): Look =>
  (now) => ({ addresses: ok(all, now) })
export const PRIVATE = made.address({ type: 'private_v6', address: 'fdaa::3' })
export const certificate =
  (more: object): Look =>
  (now) => ({
    certificates: ok(
      [
        {
          hostname: 'claw.example.com',
          status: 'active',
          configured: true,
          createdAt: START - 90 * DAY,
          expiresAt: START + 60 * DAY,
          ...more,
        },
      ],
      now,
    ),
  })
export const volume =
  (used: number): Look =>
  (now) => ({
    inside: ok(
      {
        machine: ID,
        figures: inside({
          disks: inside().disks.map((disk) => ({ ...disk, usedBytes: used * GB })),
        }),
      },
      now,
    ),
  })
export const set =
  (more: object): Look =>
  (now) => ({
    remembered: ok(
      {
        machines: { [ID]: { by: 'Ada', at: START - DAY, job: 'J-000001', ...more } },
        closedAt: null,
      },
      now,
    ),
  })
const WRONG =
  '[ws] unauthorized conn=c1 peer=203.0.113.7 remote=203.0.113.7 client=openclaw-control-ui'
export const guesses =
  (count: number, more: Look = () => ({})): Look =>
  (now) => ({
    logs: ok(lines(Array.from({ length: count }, (_, n) => line(WRONG, now - count + n))), now),
    ...more(now),
  })

/** What makes each detector fire: recorded where there is a recording. */
export const FIRES: Readonly<Record<string, Case>> = {
  host: {
    ticks: [CALM, ...lasting(machines({ hostStatus: 'unreachable', config: null }), MINUTE)],
    shows: /unreachable/,
  },
  'oom.kernel': {
    ticks: once((now) =>
      machines({ events: [...recordedEvents('events.oom.synthetic', now - SECOND)] })(now),
    ),
    fix: 'memory size=next',
    shows: /oom_killed = true/,
  },
  'oom.heap': {
    ticks: once(recordedLines('24-oom-heap-128.log')),
    fix: 'memory size=next',
    from: 'line',
    shows: /FATAL ERROR/,
  },
  'exit.78': {
    ticks: once(failing('10-lan-no-token.log', 78)),
    from: 'line',
    fix: 'secrets apply',
    shows: /Refusing to bind gateway to lan/,
  },
  lock: {
    ticks: once(failing('20-lock-live-gateway-like-pid.log', 78)),
    from: 'line',
    fix: 'machine unlock',
    shows: /already owns this state directory/,
  },
  'config.rejected': {
    ticks: once(failing('09-start-unknown-key.log', 78)),
    from: 'line',
    fix: 'config validate',
    shows: /Invalid config at/,
  },
  'config.reverted': {
    ticks: once(recordedLines('43-xff.log', { only: /auto-restored/ })),
    from: 'line',
    fix: 'config history',
    shows: /auto-restored/,
  },
  crashloop: { ticks: [CALM, ...lasting(crashing, 4 * MINUTE)], shows: /3 times or more/ },
  'exit.gave_up': {
    ticks: once((now) => down(exited(now - 2 * MINUTE, { code: 1, restartCount: 10 }))(now)),
    fix: 'machine start',
    shows: /exit_code = 1/,
  },
  stopped: {
    ticks: once((now) => down(exited(now - 2 * MINUTE, { code: 0 }))(now)),
    fix: 'machine start',
    shows: /nobody asked/,
  },
  check: { ticks: [CALM, ...lasting(critical, MINUTE)], shows: /connect: refused/ },
  'gateway.ready': { ticks: [CALM, ...lasting(unready, 5 * MINUTE)], shows: /startup-sidecars/ },
  'gateway.channels': {
    ticks: [CALM, ...lasting(discordDown, 2 * MINUTE)],
    shows: /discord/,
  },
  addresses: {
    ticks: [{ look: addresses(PRIVATE) }, { look: addresses(PRIVATE, made.address()) }],
    fix: 'network private',
    shows: /66\.241\.124\.10/,
  },
  drift: {
    ticks: once(set({ memoryMb: 4096 })),
    severity: 'warning',
    fix: 'memory size=4gb',
    shows: /4096 MB/,
  },
  'secrets.staged': {
    ticks: once((now) => ({ secrets: ok([made.secret({ updatedAt: now - 20 * MINUTE })], now) })),
    severity: 'warning',
    fix: 'secrets apply',
    shows: /OPENCLAW_GATEWAY_TOKEN/,
  },
  'volume.full': {
    ticks: once(volume(0.95)),
    fix: 'volumes extend volume=vol_1 size=2',
    shows: /95 %/,
  },
  'volume.no_copy': {
    ticks: once((now) => ({ snapshots: ok({ vol_1: [] }, now) })),
    severity: 'warning',
    fix: 'volumes snapshot volume=vol_1',
    shows: /no snapshot/,
  },
  debugger: {
    ticks: once(recordedLines('02-running.log')),
    from: 'line',
    fix: 'restart',
    shows: /9229/,
  },
  'token.guessed': {
    ticks: once(recordedLines('16-config-token-vs-env.log')),
    severity: 'warning',
    from: 'line',
    fix: 'network private',
    shows: /10 tokens or more[^]*18/,
  },
  'log.secret': {
    ticks: once((now) => ({
      logs: ok({ signed: [], secrets: { known: 1, shaped: 0 } }, now),
    })),
    from: 'line',
    shows: /Change that secret/,
  },
  certificate: {
    ticks: once((now) => certificate({ expiresAt: now - DAY })(now)),
    shows: /ended at/,
  },
  blind: {
    ticks: [CALM, ...lasting((now) => ({ machines: lost(now, 'auth') }), MINUTE)],
    shows: /refuses the bot’s token/,
  },
}
