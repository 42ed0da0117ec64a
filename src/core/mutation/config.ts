import { durationMs } from '../go-duration.ts'
import type { MachineConfig } from '../fly.ts'

type Key = string | number

/** Where two configs differ: the path, and both values; `undefined` where one has none. */
export interface Difference {
  readonly path: string
  readonly keys: readonly Key[]
  readonly before: unknown
  readonly after: unknown
}

/** These hold people's own words, which Fly hands back as they are: `60s` there is not `1m0s`, and an empty word is one. */
const LITERAL: ReadonlySet<Key> = new Set(['env', 'metadata', 'files'])

/**
 * Compares configs by meaning: durations by length (Fly answers `1m0s` for `60s`), `autostop` as boolean or word alike, and what is null,
 * empty, zero, false or missing as the same nothing, because Fly fills in and leaves out at will (FLY.md §1.1). Words of people
 * (variables, metadata, files, commands) are compared to the letter.
 */
export function differences(before: MachineConfig, after: MachineConfig): readonly Difference[] {
  return compare([], before, after)
}

/**
 * What of `goal` Fly did not do, by what it says it has now. Fields that neither `base` nor `goal` knows are Fly's own additions and
 * no difference; one of `base` that `goal` left out has to be gone.
 */
export function unmet({
  base,
  goal,
  seen,
}: {
  readonly base: MachineConfig
  readonly goal: MachineConfig
  readonly seen: MachineConfig
}): readonly Difference[] {
  return differences(goal, seen).filter(
    ({ keys, before }) => !isNothing(keys, before) || !isNothing(keys, at(base, keys)),
  )
}

function compare(keys: readonly Key[], before: unknown, after: unknown): readonly Difference[] {
  if (same(keys, before, after)) return []
  if (isBag(before) || isBag(after)) {
    const [a, b] = [bagOr(before), bagOr(after)]
    if (a === undefined || b === undefined) return [differs(keys, before, after)]
    const names = new Set([...Object.keys(a), ...Object.keys(b)])
    return Array.from(names, (name) => compare([...keys, name], own(a, name), own(b, name))).flat()
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item: unknown, index) => compare([...keys, index], item, after[index]))
  return [differs(keys, before, after)]
}

function same(keys: readonly Key[], before: unknown, after: unknown): boolean {
  if (isNothing(keys, before) && isNothing(keys, after)) return true
  const [a, b] = [plain(keys, before), plain(keys, after)]
  return Object.is(a, b)
}

/** A value in the one form that all its spellings have in common; objects and arrays as they are. */
function plain(keys: readonly Key[], value: unknown): unknown {
  if (isLiteral(keys)) return value
  if (keys.at(-1) === 'autostop' && typeof value === 'boolean') return value ? 'stop' : 'off'
  const ms = typeof value === 'string' ? durationMs(value) : undefined
  // As nanoseconds, which is how a duration looks that is no text.
  return ms === undefined ? value : Math.round(ms * 1e6)
}

function isNothing(keys: readonly Key[], value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  if (isBag(value))
    return Object.entries(value).every(([key, one]) => isNothing([...keys, key], one))
  if (isLiteral(keys)) return false
  const word = plain(keys, value)
  return word === '' || word === false || word === 0 || isOff(keys, word)
}

const isOff = (keys: readonly Key[], word: unknown): boolean =>
  keys.at(-1) === 'autostop' && word === 'off'

/** Below a literal part, or a word in a list, such as one of a command. */
const isLiteral = (keys: readonly Key[]): boolean =>
  typeof keys.at(-1) === 'number' || keys.some((key) => LITERAL.has(key))

const isBag = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const bagOr = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  isBag(value) ? value : value === undefined || value === null ? {} : undefined

/** Names such as `constructor` are data here. */
const own = (bag: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(bag, name) ? bag[name] : undefined

function at(config: unknown, keys: readonly Key[]): unknown {
  return keys.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
    return isBag(value) ? own(value, String(key)) : undefined
  }, config)
}

const differs = (keys: readonly Key[], before: unknown, after: unknown): Difference => ({
  path: keys.map((key, index) => step(key, index)).join(''),
  keys,
  before,
  after,
})

const step = (key: Key, index: number): string =>
  typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`
