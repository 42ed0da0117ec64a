import { readFileSync } from 'node:fs'
import type { MachineEvent } from '../../../src/core/fly.ts'
import { DETECTORS } from '../../../src/core/watch/detectors.ts'
import type { Rules, Standing } from '../../../src/core/watch/detector.ts'
import { withoutPrinted } from '../../../src/core/secret-shapes.ts'
import { readLines } from '../../../src/core/watch/read-lines.ts'
import { sightOf } from '../../../src/core/watch/sight-of.ts'
import type { Deed, Glance, LinesSeen, Looked, Sight } from '../../../src/core/watch/sight.ts'
import { toAlerts } from '../../../src/core/watch/to-alerts.ts'
import type { LogLine } from '../../../src/core/fly.ts'
import type { Alert } from '../../../src/core/oncall/alert.ts'
import { readEvents } from '../../../src/fly/parse-event.ts'
import { readMachine } from '../../../src/fly/parse-machine.ts'
import { START } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { inside } from '../../helpers/seen.ts'

export const APP = 'my-openclaw'
export const ID = 'd8912345c67890'
export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** What one look finds at a moment; what is not named is healthy. */
export type Look = (now: number) => Partial<Glance>
export interface Tick {
  /** Ms since the one before; 15 s when left out. */
  readonly after?: number
  readonly look?: Look
}

export const ok = <T>(value: T, at: number): Looked<T> => ({ known: true, at, value })
export const lost = (at: number, code: 'auth' | 'network' = 'network'): Looked<never> => ({
  known: false,
  at,
  why: 'Fly does not answer.',
  code,
})
export const lines = (found: readonly LogLine[]): LinesSeen => readLines(found, withoutPrinted)
export const says =
  (...messages: readonly string[]): Look =>
  (now) => ({
    logs: ok(lines(messages.map((message, n) => line(message, now - 2000 + n))), now),
  })
export const line = (message: string, at: number): LogLine => ({
  at,
  stamp: String(at),
  machine: ID,
  region: 'nrt',
  level: 'info',
  provider: 'app',
  message,
})

export const healthy = (now: number): Glance => ({
  jobs: [],
  machines: ok([made.machine()], now),
  logs: ok(lines([]), now),
  gateway: ok({ machine: ID, report: made.report() }, now),
  inside: ok({ machine: ID, figures: inside() }, now),
  addresses: ok([made.address()], now),
  secrets: ok([made.secret()], now),
  volumes: ok([made.volume()], now),
  snapshots: ok(
    { vol_1: [{ id: 'vs_1', status: 'created', sizeBytes: 1, createdAt: now - 12 * HOUR }] },
    now,
  ),
  certificates: ok([], now),
  config: ok({ problem: null, trustedProxies: ['172.16.0.1'] }, now),
  remembered: ok({ machines: {}, closedAt: null }, now),
})

/** Nothing could be looked at. */
export const blind: Look = (now) => ({
  machines: lost(now),
  logs: lost(now),
  gateway: lost(now),
  inside: lost(now),
  addresses: lost(now),
  secrets: lost(now),
  volumes: lost(now),
  snapshots: lost(now),
  certificates: lost(now),
  config: lost(now),
  remembered: lost(now),
})

export interface Played {
  readonly sight: Sight
  readonly standing: readonly Standing[]
  /** Of all ticks, in order. */
  readonly alerts: readonly Alert[]
  /** Of the last tick. */
  readonly last: readonly Alert[]
  readonly now: number
}

/** Looks once after another, each sight and standing kept as JSON between, as a store does. */
export function play(ticks: readonly Tick[], { rules = {} as Rules, from = START } = {}): Played {
  let now = from
  let sight: Sight | undefined
  let standing: readonly Standing[] = []
  let last: readonly Alert[] = []
  const alerts: Alert[] = []
  for (const { after = 15 * SECOND, look } of ticks) {
    now += after
    const glance = { ...healthy(now), ...look?.(now) }
    sight = kept(sightOf({ app: APP, before: sight, glance, now }))
    const judged = toAlerts({ after: sight, now, rules, standing }, DETECTORS)
    standing = kept(judged.standing)
    last = judged.alerts
    alerts.push(...last)
  }
  if (sight === undefined) throw new Error('A scene has a tick.')
  return { sight, standing, alerts, last, now }
}
const kept = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The same look again and again. */
export const lasting = (look: Look, ms: number, each = 15 * SECOND): readonly Tick[] =>
  Array.from({ length: Math.ceil(ms / each) + 1 }, () => ({ look, after: each }))

export const machines =
  (...all: ReadonlyArray<Parameters<typeof made.machine>[0]>): Look =>
  (now) => ({ machines: ok(all.map(made.machine), now) })
export const report =
  (more: Parameters<typeof made.report>[0]): Look =>
  (now) => ({ gateway: ok({ machine: ID, report: made.report(more) }, now) })
export const deed = (command: string, at: number, endedAt: number | null = null): Deed => ({
  id: 'J-000001',
  command: `openclaw ${command}`,
  by: 'Ada',
  at,
  endedAt,
})

const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/fly/${name}.json`, import.meta.url), 'utf8'))

/** Recorded events, as if the newest had come at a moment. */
export function recordedEvents(name: string, newest: number): readonly MachineEvent[] {
  const events = readEvents(sample(name)) ?? []
  return moved(events, newest)
}
function moved(events: readonly MachineEvent[], newest: number): readonly MachineEvent[] {
  const by = newest - Math.max(...events.map(({ at }) => at))
  return events.map((event) => ({
    ...event,
    at: event.at + by,
    exit: event.exit && { ...event.exit, at: event.exit.at + by },
  }))
}

/** A recorded machine that runs our gateway, its newest event at a moment. */
export function recordedMachine(name: string, newest: number) {
  const machine = readMachine(sample(name))
  if (machine === undefined) throw new Error(`${name} is no machine`)
  return made.machine({ state: machine.state, events: moved(machine.events, newest) })
}
