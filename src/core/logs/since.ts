import { z } from 'zod'
import { tr } from '../text.ts'

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
/** Fly keeps logs for about this long (FLY.md §4.1). */
export const KEPT_MS = 7 * 86_400_000

/** A length of time as people type it: `90s`, `15m`, `2h`, `1d`. */
export const sinceOption = () =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/)
    .meta({
      about: tr('How far back: 15m, 2h, 1d (at most 7d)', '往回多久：15m、2h、1d（最多 7d）'),
      form: tr('a number with s, m, h or d, such as 15m', '數字加 s、m、h 或 d，例如 15m'),
    })

/** Milliseconds of such a length, at most what Fly keeps. */
export const sinceMs = (since: string): number =>
  Math.min(KEPT_MS, Number(since.slice(0, -1)) * (UNITS[since.slice(-1)] ?? 0))
