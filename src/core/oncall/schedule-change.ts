import type { Rotation } from './rotation.ts'
import type { Override, Schedule } from './schedule.ts'

/** What is over is kept for looking back this long. */
const KEEP_MS = 30 * 86_400_000
export const OVERRIDES_MAX = 100

/** The schedule with a rotation that counts from its `since` on; those planned for later are dropped. */
export function withRotation(schedule: Schedule, rotation: Rotation, now: number): Schedule {
  const before = schedule.rotations.filter(({ since }) => since < rotation.since)
  return tidy({ ...schedule, rotations: [...before, rotation] }, now)
}

/** The schedule with an override before all others. */
export const withOverride = (schedule: Schedule, override: Override, now: number): Schedule =>
  tidy({ ...schedule, overrides: [...schedule.overrides, override] }, now)

/** The schedule without overrides in a stretch of time: those that reach over its ends are cut. */
export function withoutOverrides(
  schedule: Schedule,
  { from, until }: Pick<Override, 'from' | 'until'>,
  now: number,
): Schedule {
  const overrides = schedule.overrides
    .flatMap((one) => [
      { ...one, until: Math.min(one.until, from) },
      { ...one, from: Math.max(one.from, until) },
    ])
    .filter((rest) => rest.from < rest.until)
  return tidy({ ...schedule, overrides }, now)
}

/** Forgets what has been over for long; a rotation is over when the next one has begun. */
function tidy({ rotations, overrides, rev }: Schedule, now: number): Schedule {
  const old = now - KEEP_MS
  return {
    rotations: rotations.filter((_, n) => (rotations[n + 1]?.since ?? Infinity) > old),
    overrides: overrides.filter(({ until }) => until > old),
    rev: rev + 1,
  }
}
