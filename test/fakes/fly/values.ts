import type { Json } from './types.ts'

/** `{}` for anything that is no JSON object. */
export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
export function strings(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string')
}

/** Milliseconds of a Go duration (`1m30s`), of a number of nanoseconds, or of a bare number of seconds in a query. */
export function durationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value / 1e6
  if (typeof value !== 'string' || value === '') return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(value)) return undefined
  let total = 0
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    total += Number(amount) * (units[unit ?? ''] ?? 0)
  }
  return total
}

/** RFC 3339 as Go writes it: no fraction when it is zero. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
