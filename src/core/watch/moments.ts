import { servicesOf } from '../machine-config.ts'
import type { Machine } from '../fly.ts'
import type { Deed, Glance, Sight } from './sight.ts'

export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** So long a job is taken for at work; then it is stuck, and no excuse any more. */
const WORK_MS = 20 * MINUTE

/** A command of ours is at work on the app, or was a moment ago. */
export const busy = ({ jobs }: Sight, now: number, afterMs: number): boolean =>
  jobs.some(({ at, endedAt }) =>
    endedAt === null ? now - at < WORK_MS : now - endedAt < afterMs && now >= endedAt,
  )

/** The command of ours in whose time something happened; its traces may come a moment later. */
export const deedAt = ({ jobs }: Sight, at: number): Deed | undefined =>
  jobs.find((job) => at >= job.at && at <= (job.endedAt ?? at) + 30 * SECOND)

/** What somebody does to a machine on purpose. */
const DELIBERATE = new Set(['stop', 'suspend', 'update', 'destroy', 'launch'])
export const doneSince = ({ events }: Machine, at: number): boolean =>
  events.some((event) => event.at > at && DELIBERATE.has(event.type))

/** Another config than that of the run that ended: what happened under the old one says little of it. */
export const changedSince = ({ events }: Machine, at: number): boolean =>
  events.some((event) => event.at > at && event.type === 'update')

/** Fly stops such a machine by itself when no web traffic comes. */
export const stopsItself = ({ config }: Machine): boolean =>
  config !== null && servicesOf(config).some(({ autostop }) => autostop !== 'off')

/** Lines come in a little later than what they tell of. */
const LATE_MS = 20 * SECOND
/** A run has just ended, and its log was not read since it can say why. */
export const mayExplain = ({ machines }: Glance, readAt: number, now: number): boolean =>
  machines?.known === true &&
  machines.value.some(({ events }) =>
    events.some(({ type, at }) => type === 'exit' && now - at < MINUTE && readAt < at + LATE_MS),
  )
