import type { LogLine, Machine, MachineEvent } from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'
import type { Span } from './drill-looks.ts'
import { DRILL_MACHINE, DRILL_MB, type Happened, type Recording } from './drill-recordings.ts'

type At = Span & { readonly now: number }

/** The simulated machine as Fly would tell of it at a moment: what the cure has begun ends what was recorded. */
export function drillMachine({ events, cure }: Recording, { since, curedAt, now }: At): Machine {
  const until = Math.min(now, curedAt ?? now)
  const recorded = events.map((one) => eventAt(one, since)).filter(({ at }) => at <= until)
  const cured = curedAt === undefined ? [] : cure.events.map((one) => eventAt(one, curedAt))
  const isCured = curedAt !== undefined && now > curedAt
  return {
    id: DRILL_MACHINE,
    name: 'drill',
    state: 'started',
    region: 'nrt',
    version: isCured ? '2' : '1',
    hostStatus: 'ok',
    cordoned: false,
    privateIp: null,
    createdAt: null,
    updatedAt: null,
    config: {},
    guest: {
      cpuKind: 'shared',
      cpus: 2,
      memoryMb: (isCured ? cure.memoryMb : undefined) ?? DRILL_MB,
    },
    image: null,
    imageDigest: null,
    // The newest comes first, as Fly lists them.
    events: [...recorded, ...cured].filter(({ at }) => at <= now).toReversed(),
    checks: [],
    lease: null,
  }
}

/** An exit as the recorded ones of Fly's: started again by itself, unless it says otherwise. */
function eventAt([seconds, type, exit]: Happened, from: number): MachineEvent {
  const at = from + seconds * 1000
  const ended = { at, code: 0, signal: -1, oom: false, requested: false, restarting: true }
  return {
    id: `${type}-${at}`,
    type,
    status: type === 'exit' ? 'stopped' : 'started',
    source: 'flyd',
    at,
    exit: exit === undefined ? null : { ...ended, restartCount: 1, ...exit },
  }
}

/** What its log brought since the look before; the recording has no lines of the cure. */
export const drillLines = (
  { lines }: Recording,
  { since, from, now }: At & { readonly from: number },
): readonly LogLine[] =>
  lines
    .map(([s, message]) => ({ at: since + s * 1000, message }))
    .filter(({ at }) => at > from && at <= now)
    .map(({ at, message }) => ({
      at,
      stamp: String(at),
      machine: DRILL_MACHINE,
      region: 'nrt',
      level: 'info',
      provider: 'app',
      message,
    }))

/** The gateway is ready before the trouble and after the cure. */
export const drillReport = ({ since, curedAt, now }: At): GatewayReport => {
  const ready = now < since || (curedAt !== undefined && now > curedAt)
  return {
    ready,
    reason: null,
    version: null,
    uptimeMs: null,
    bootId: null,
    channels: ready ? ['telegram'] : null,
    rssBytes: null,
    pid: null,
    port: 3000,
    stateDir: '/data',
    layout: 'direct',
    stateOnVolume: true,
  }
}
