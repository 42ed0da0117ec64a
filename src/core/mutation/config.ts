import { durationMs } from '../go-duration.ts'
import type { MachineConfig } from '../fly.ts'

/** Where two configs differ: the path, and both values; `undefined` where one has none. */
export interface Difference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/**
 * Compares configs by meaning: durations by length (Fly answers `1m0s` for `60s`), `false` and `off` alike, and what is null, empty or
 * missing as the same nothing, because Fly fills in and leaves out at will (FLY.md §1.1).
 */
export function differences(before: MachineConfig, after: MachineConfig): readonly Difference[] {
  return compare('', before, after)
}

function compare(path: string, before: unknown, after: unknown): readonly Difference[] {
  if (same(before, after)) return []
  if (isBag(before) && isBag(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return Array.from(keys, (key) =>
      compare(path === '' ? key : `${path}.${key}`, before[key], after[key]),
    ).flat()
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item: unknown, index) =>
      compare(`${path}[${index}]`, item, after[index]),
    )
  return [{ path, before, after }]
}

function same(before: unknown, after: unknown): boolean {
  if (isNothing(before) && isNothing(after)) return true
  if (Object.is(before, after)) return true
  const [a, b] = [lengthOf(before), lengthOf(after)]
  return a !== undefined && a === b
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  value === 0 ||
  value === 'off' ||
  (Array.isArray(value) && value.length === 0) ||
  (isBag(value) && Object.values(value).every(isNothing))

/** Durations come as `60s`, `1m0s` or nanoseconds; a string that is none has no length. */
const lengthOf = (value: unknown): number | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? (durationMs(value) ?? undefined)
    : undefined

const isBag = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
