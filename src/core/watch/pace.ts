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

type Due = Exclude<PartName, 'machines' | 'logs'>
const MINUTE: readonly Due[] = ['gateway', 'inside']
const TEN_MINUTES: readonly Due[] = [
  'remembered',
  'addresses',
  'volumes',
  'snapshots',
  'secrets',
  'config',
  'certificates',
]
const MINUTE_MS = 60_000
/** Ticks come a little early or late. */
const SLACK = 0.8
/** What will not be otherwise soon. */
const SETTLED: ReadonlySet<string> = new Set(['auth', 'scope', 'not_found'])

/**
 * What is looked at besides the machines: of the parts whose turn it is the one that waits longest, one in the machine and one at Fly. So the
 * first looks of many apps are no storm, and one app costs three calls a look at most (one for each volume or domain more).
 */
export function dueParts(before: Sight | undefined, now: number): readonly Due[] {
  return [...stalest(before, MINUTE, now, MINUTE_MS), ...stalest(before, TEN_MINUTES, now, 600_000)]
}

function stalest(
  before: Sight | undefined,
  names: readonly Due[],
  now: number,
  everyMs: number,
): readonly Due[] {
  const age = (name: Due): number => now - (before?.[name].at ?? 0)
  const due = names.filter((name) => {
    const part = before?.[name]
    const failed = part?.known === false && part.at > 0 && !SETTLED.has(part.code)
    return age(name) >= (failed ? MINUTE_MS : everyMs) * SLACK
  })
  return due.toSorted((a, b) => age(b) - age(a)).slice(0, 1)
}

/** The machine that may be asked from inside; nothing where none is awake. */
export function askable({ machines }: Pick<Sight, 'machines'>) {
  const main = machines.known ? mainMachine(machines.value) : undefined
  const awake = main?.state === 'started' && main.hostStatus === 'ok' && main.config !== null
  return awake ? main : undefined
}
