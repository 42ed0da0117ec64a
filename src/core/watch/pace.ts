import { mainMachine } from '../deployment.ts'
import type { PartName, Sight } from './sight.ts'

/** Every app is looked at so often, in ms; Fly lets an app be listed once a second. */
export const EVERY_MS = 15_000
const IDLE_MS = 60_000
const LONGEST_MS = 300_000
/** So long after its last change an app whose machines all sleep counts as idle. */
const RESTED_MS = 600_000
/** First looks of many apps are spread over one round. */
const SPREAD_MS = 15

/** Asleep on purpose, or refused for a reason that a look more does not change. */
const SLEEPS: ReadonlySet<string> = new Set(['stopped', 'suspended'])

/**
 * In how many ms to look again. At most `EVERY_MS`, a little less by chance so that apps do not fall into step; a minute where nothing runs;
 * after failures each time twice as long, up to five minutes.
 */
export function pauseMs(
  { failures, idle }: { readonly failures: number; readonly idle: boolean },
  random: number,
): number {
  const usual = idle ? IDLE_MS : EVERY_MS
  const longest = Math.min(LONGEST_MS, usual * 2 ** Math.min(failures, 10))
  return Math.round(longest * (0.8 + 0.2 * random))
}

/** How long to wait before the first look, where so many apps begin together. */
export const firstPauseMs = (apps: number, random: number): number =>
  Math.round(random * Math.min(EVERY_MS, Math.max(0, apps - 1) * SPREAD_MS))

/** Whether nothing runs that could fail: all its machines sleep, and have for a while. */
export function isIdle({ machines }: Pick<Sight, 'machines'>, now: number): boolean {
  if (!machines.known) return false
  return machines.value.every(
    ({ state, hostStatus, events }) =>
      SLEEPS.has(state) && hostStatus === 'ok' && events.every(({ at }) => now - at > RESTED_MS),
  )
}

export type Due = Exclude<PartName, 'machines' | 'logs'>
const MINUTE_MS = 60_000
/** How often each is looked at, in ms. */
const EVERY: Readonly<Record<Due, number>> = {
  gateway: MINUTE_MS,
  inside: MINUTE_MS,
  remembered: 600_000,
  addresses: 600_000,
  volumes: 600_000,
  snapshots: 600_000,
  secrets: 600_000,
  config: 600_000,
  certificates: 600_000,
}
/** Ticks come a little early or late. */
const SLACK = 0.8
/** What will not be otherwise soon. */
const SETTLED: ReadonlySet<string> = new Set(['auth', 'scope', 'not_found'])

/**
 * What is looked at besides the machines: the one part that is most overdue. So the first looks of many apps are no storm, one app costs two
 * calls a look (one for each volume or domain more), and what people ask for meanwhile finds Fly's limits untouched.
 */
export function duePart(before: Sight | undefined, now: number): Due | undefined {
  const due = Object.entries(EVERY)
    .map(([name, everyMs]) => ({
      name: name as Due,
      by: overdue(before?.[name as Due], now, everyMs),
    }))
    .filter(({ by }) => by >= SLACK)
  return due.toSorted((a, b) => b.by - a.by)[0]?.name
}

/** Age in parts of what it may be. What was never looked at goes before what is a little late. */
function overdue(part: Sight[Due] | undefined, now: number, everyMs: number): number {
  if (part === undefined || part.at === 0) return 1.2
  const failed = !part.known && !SETTLED.has(part.code)
  return (now - part.at) / (failed ? MINUTE_MS : everyMs)
}

/** The machine that may be asked from inside; nothing where none is awake. */
export function askable({ machines }: Pick<Sight, 'machines'>) {
  const main = machines.known ? mainMachine(machines.value) : undefined
  const awake = main?.state === 'started' && main.hostStatus === 'ok' && main.config !== null
  return awake ? main : undefined
}
