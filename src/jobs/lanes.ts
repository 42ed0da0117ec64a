import type { Lane, QueuedJob, Schedule } from '../core/ports.ts'

/** How long ended jobs are remembered, so that the same id changes nothing: count per lane, age in seconds. */
export const KEEP = {
  done: { count: 1000, age: 86_400 },
  failed: { count: 1000, age: 7 * 86_400 },
} as const

/** The pauses before the second and the third try, in ms. */
export type Pauses = readonly [number, number]
export const PAUSES: Pauses = [1000, 5000]

/** How long a handler may take to notice that it was aborted before its job is left to its lease, in ms. */
export const GRACE_MS = 2000

/** Jobs of these lanes go one after another. */
export const isSerial = (lane: Lane): boolean => lane !== 'read' && lane !== 'timer'

/** Every lane that a worker for these apps serves. */
export const lanesOf = (apps: readonly string[]): readonly Lane[] => [
  'read',
  'timer',
  ...new Set(apps.map((app) => `app-${app}` as const)),
]

/** BullMQ refuses ids that are numbers or hold a colon; both engines take the same ids. */
export function checkJob({ id, lane, delayMs = 0 }: QueuedJob): void {
  checkId(id)
  if (delayMs > 0 && lane !== 'timer')
    throw new TypeError(`only the timer lane delays jobs, not ${lane}`)
}

function checkId(id: string): void {
  if (!/^[A-Za-z][^:]*$/.test(id))
    throw new TypeError(`a job id starts with a letter and has no colon: ${id}`)
}

/** The keys of schedules are the fronts of their ticks' ids. */
export function checkSchedule({ key, everyMs }: Schedule): void {
  checkId(key)
  if (!Number.isInteger(everyMs) || everyMs <= 0)
    throw new TypeError(`a schedule comes every so many whole ms, not ${everyMs}`)
}

export const tickId = (key: string, due: number): string => `${key}-${Math.trunc(due)}`
