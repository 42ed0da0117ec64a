const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g
const WHOLE = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/

/**
 * Milliseconds of a duration as Fly's config holds it: a Go string (`1m0s`) or integer nanoseconds (FLY.md §1.1); nothing when
 * it is neither. Fly rewrites `60s` as `1m0s`, so durations are compared by this value, never as text.
 */
export function durationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value / 1e6 : undefined
  if (typeof value !== 'string') return undefined
  if (/^[+-]?0$/.test(value)) return 0
  if (!WHOLE.test(value)) return undefined
  const sum = [...value.matchAll(PART)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
  return value.startsWith('-') ? -sum : sum
}

/** A Go duration for a whole number of milliseconds: `90000` is `1m30s`. */
export function goDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole < 1000) return whole === 0 ? '0s' : `${whole}ms`
  const hours = Math.floor(whole / 3_600_000)
  const minutes = Math.floor(whole / 60_000) % 60
  const seconds = `${(whole % 60_000) / 1000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}
