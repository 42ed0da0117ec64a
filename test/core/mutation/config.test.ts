import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MachineConfig } from '../../../src/core/fly.ts'
import { durationMs, goDuration } from '../../../src/core/go-duration.ts'
import { differences, unmet } from '../../../src/core/mutation/config.ts'
import { machineConfigs, skipGenerated } from '../../helpers/machine-configs.ts'
import { runs } from '../../helpers/runs.ts'

const ALIKE: ReadonlyArray<readonly [what: string, a: MachineConfig, b: MachineConfig]> = [
  [
    'a duration rewritten',
    { checks: { up: { interval: '60s' } } },
    { checks: { up: { interval: '1m0s' } } },
  ],
  [
    'a duration as nanoseconds',
    { stop_config: { timeout: '5s' } },
    { stop_config: { timeout: 5_000_000_000 } },
  ],
  [
    'autostop off as a boolean',
    { services: [{ autostop: 'off' }] },
    { services: [{ autostop: false }] },
  ],
  [
    'autostop on as a boolean',
    { services: [{ autostop: 'stop' }] },
    { services: [{ autostop: true }] },
  ],
  [
    'nothing as null, empty, missing',
    { services: [], init: { tty: false }, dns: {} },
    { init: { swap_size_mb: 0 }, mounts: null },
  ],
  ['no environment', { env: {} }, {}],
]
for (const [what, a, b] of ALIKE)
  test(`${what} is no difference`, () => assert.deepEqual(differences(a, b), []))

const UNLIKE: ReadonlyArray<
  readonly [what: string, a: MachineConfig, b: MachineConfig, path: string]
> = [
  ['a variable that looks like a duration', { env: { T: '60s' } }, { env: { T: '1m0s' } }, 'env.T'],
  ['an empty variable', { env: { T: '' } }, { env: {} }, 'env.T'],
  ['a variable that says off', { env: { T: 'off' } }, {}, 'env.T'],
  [
    'a word of the command',
    { init: { cmd: ['wait', '60s'] } },
    { init: { cmd: ['wait', '1m0s'] } },
    'init.cmd[1]',
  ],
  ['a number', { guest: { cpus: 1 } }, { guest: { cpus: 2 } }, 'guest.cpus'],
  ['a service', { services: [{ internal_port: 1 }] }, {}, 'services'],
  [
    'autostop',
    { services: [{ autostop: 'suspend' }] },
    { services: [{ autostop: true }] },
    'services[0].autostop',
  ],
  [
    'a name of an object’s own',
    { metadata: { constructor: 'a' } },
    { metadata: {} },
    'metadata.constructor',
  ],
  ['an object where a word was', { init: 'x' }, { init: { cmd: ['x'] } }, 'init'],
]
for (const [what, a, b, path] of UNLIKE)
  test(`${what} is a difference`, () => {
    assert.deepEqual(
      differences(a, b).map((one) => one.path),
      [path],
    )
    assert.deepEqual(
      differences(b, a).map((one) => one.path),
      [path],
    )
  })

const DURATIONS = new Set(['interval', 'timeout', 'grace_period'])
const LITERAL = new Set(['env', 'metadata', 'files'])
const isBag = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** As Fly may give it back: durations in its own form, what is nothing left out. */
function respelled(value: unknown, key: string, literal: boolean): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown) => respelled(item, '', literal || !isBag(item)))
  if (isBag(value)) {
    const entries = Object.entries(value).map(
      ([name, one]) => [name, respelled(one, name, literal || LITERAL.has(name))] as const,
    )
    return Object.fromEntries(literal ? entries : entries.filter(([, one]) => !isNothing(one)))
  }
  const ms = DURATIONS.has(key) && !literal ? durationMs(value) : undefined
  return ms === undefined ? value : goDuration(ms)
}
const isNothing = (value: unknown): boolean =>
  [undefined, null, '', 0, false].some((nothing) => Object.is(nothing, value)) ||
  (Array.isArray(value) && value.length === 0)

type Path = ReadonlyArray<string | number>

function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, at) => leaves(item, [...path, at]))
  if (isBag(value))
    return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]))
  return value === null ? [] : [path]
}

function changed(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return another(value)
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  const next: unknown = Reflect.get(copy, key)
  Object.defineProperty(copy, key, {
    value: changed(next, rest),
    enumerable: true,
    writable: true,
    configurable: true,
  })
  return copy
}
const another = (value: unknown): unknown => {
  if (typeof value === 'string') return `${value}!`
  if (typeof value === 'number') return value > 0 ? -1 : 7
  return value !== true
}

if (skipGenerated) test('laws of comparing configs', { skip: skipGenerated })
else {
  const configs = machineConfigs()
  const often = { numRuns: runs(400) }

  test('a config does not differ from itself, nor from the same in other words', () => {
    fc.assert(
      fc.property(configs, (config) => {
        assert.deepEqual(differences(config, structuredClone(config)), [])
        const other = respelled(config, '', false) as MachineConfig
        assert.deepEqual(differences(config, other), [])
      }),
      often,
    )
  })

  test('two configs differ in the same places from either side', () => {
    fc.assert(
      fc.property(configs, configs, (a, b) => {
        const paths = (one: MachineConfig, two: MachineConfig) =>
          differences(one, two)
            .map(({ path }) => path)
            .toSorted()
        assert.deepEqual(paths(a, b), paths(b, a))
      }),
      often,
    )
  })

  test('a change of any one leaf is seen, there and nowhere else', () => {
    fc.assert(
      fc.property(configs, fc.nat(), (config, pick) => {
        const all = leaves(config)
        const path = all[pick % Math.max(1, all.length)]
        if (path === undefined) return
        const found = differences(config, changed(config, path) as MachineConfig)
        assert.equal(found.length, 1, JSON.stringify(found))
        const keys = found[0]?.keys ?? []
        assert.deepEqual(keys, path.slice(0, keys.length))
      }),
      { numRuns: runs(1500) },
    )
  })

  test('what was asked for is met by itself and by what Fly adds, not by anything less', () => {
    fc.assert(
      fc.property(configs, configs, fc.nat(), (base, goal, pick) => {
        assert.deepEqual(unmet({ base, goal, seen: goal }), [])
        const added = { ...goal, z_new: { by: 'fly' } }
        assert.deepEqual(unmet({ base, goal, seen: added }), [])
        // Where the goal has nothing, something is Fly's addition; anywhere else it is a miss.
        const all = leaves(goal).filter(
          (path) => !isNothing(at(goal, path)) && at(goal, path) !== 'off',
        )
        const path = all[pick % Math.max(1, all.length)]
        if (path === undefined) return
        const wrong = changed(goal, path) as MachineConfig
        const missed = unmet({ base, goal, seen: wrong })
        if (durationMs(at(goal, path)) !== 0) assert.equal(missed.length, 1)
      }),
      often,
    )
  })

  test('what was to go and is still there is not met', () => {
    assert.equal(
      unmet({ base: { env: { A: '1' } }, goal: {}, seen: { env: { A: '1' } } }).length,
      1,
    )
    assert.equal(unmet({ base: {}, goal: {}, seen: { env: { A: '1' } } }).length, 0)
  })
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, key) => Reflect.get(found as object, key), value)
}
