import { z } from 'zod'

/**
 * Lenient readers for what Fly sends: nothing is required, everything may be null, a value of the wrong type counts as missing
 * and unknown words pass (FLY.md §1.1). None of these schemas can fail.
 */
export const text = z.string().nullish().catch(undefined)
export const number = z.number().nullish().catch(undefined)
export const flag = z.boolean().nullish().catch(undefined)
/** A value of any kind, looked at by whoever needs it. */
export const anything = z.unknown().optional()
/** A map of anything, kept whole. */
export const map = z.record(z.string(), z.unknown()).nullish().catch(undefined)
/** Items of any kind, read one by one by whoever needs them. */
export const items = z.array(z.unknown()).nullish().catch(undefined)
/** An object of which only the named fields are read; anything else reads as an empty one. */
export const object = <S extends z.ZodRawShape>(shape: S) => z.object(shape).catch(empty)

// Every field of every shape here accepts being absent.
const empty = (): never => ({}) as never

/** A list as Go sends it: `null` is an empty one; anything else that is no array is not understood. */
export function listOf<T>(
  value: unknown,
  item: (value: unknown) => T | undefined,
): readonly T[] | undefined {
  if (value === null) return []
  if (!Array.isArray(value)) return undefined
  const read = value.map(item)
  // One that cannot be read makes the whole list unknown: a list that silently lacks an entry would prove what is not so.
  return read.every((one) => one !== undefined) ? read : undefined
}

/** A field of a JSON object; `undefined` when there is none. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}

/** Milliseconds since 1970 of an RFC 3339 string, of seconds or of milliseconds. */
export function timeMs(value: unknown): number | null {
  if (typeof value === 'string') {
    const at = Date.parse(value)
    return Number.isNaN(at) ? null : at
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return null
  // A number below this is in seconds: in milliseconds it would be before 1973.
  return value < 1e11 ? value * 1000 : value
}

/** The same value with every object's keys starting in lower case: the platform endpoints answer `{"Regions":…}` (FLY.md §1.1). */
export function lowerKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      lowerKeys(inner),
    ]),
  )
}
