import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { MachineConfig } from '../../src/core/fly.ts'

type Json = Record<string, unknown>

const FILE = join(import.meta.dirname, '../../../shared/reference/fly/openapi.json')
const ROOT = '#/components/schemas/fly.MachineConfig'

/** Why generated configs are not to be had; false when they are. */
export const skipGenerated: string | false = existsSync(FILE)
  ? false
  : 'the OpenAPI document is not at hand'

const DURATIONS: ReadonlySet<string> = new Set(['interval', 'timeout', 'grace_period'])
const durations = fc.constantFrom('15s', '1m0s', '60s', '2m0s', '1500ms', 5_000_000_000)
/** Words that a careless comparison takes for something else. */
const words = fc.oneof(
  fc.constantFrom('', '0', 'off', 'stop', '60s', '1m0s', 'false', 'app'),
  fc.string({ maxLength: 12 }),
)
const names = fc.oneof(
  fc.constantFrom('A', 'timeout', 'constructor', 'a.b'),
  fc.string({ minLength: 1, maxLength: 8 }),
)
const unknown = fc.dictionary(fc.stringMatching(/^x_[a-z]{1,6}$/), fc.jsonValue({ maxDepth: 2 }), {
  maxKeys: 2,
})
const DEPTH = 6

/** Configs that are legal by Fly's own document, with fields nobody knows yet at every level. */
export function machineConfigs(
  options: { readonly strange?: boolean } = {},
): fc.Arbitrary<MachineConfig> {
  const document = JSON.parse(readFileSync(FILE, 'utf8')) as Json
  const { strange = true } = options
  const raw = fromSchema({ document, strange }, { $ref: ROOT }, { name: '', depth: 0 })
  // As it comes off the wire.
  return raw.map((config) => JSON.parse(JSON.stringify(config)) as MachineConfig)
}

interface World {
  readonly document: Json
  readonly strange: boolean
}
interface Place {
  readonly name: string
  readonly depth: number
}

function fromSchema(world: World, schema: Json, place: Place): fc.Arbitrary<unknown> {
  const { $ref, allOf, enum: choices, type } = schema
  if (typeof $ref === 'string') return fromSchema(world, resolve(world.document, $ref), place)
  if (Array.isArray(allOf)) return fromSchema(world, allOf[0] as Json, place)
  if (DURATIONS.has(place.name)) return durations
  if (Array.isArray(choices)) return fc.constantFrom(...(choices as unknown[]))
  switch (type) {
    case 'object':
      return objects(world, schema, place)
    case 'array':
      return fc.array(fromSchema(world, (schema['items'] ?? {}) as Json, deeper(place)), {
        maxLength: 2,
      })
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: 0, max: 70_000 })
    case 'number':
      return fc.integer({ min: 0, max: 100 })
    case 'string':
      return words
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

function objects(world: World, schema: Json, place: Place): fc.Arbitrary<unknown> {
  if (place.depth >= DEPTH) return fc.constant({})
  const { properties, additionalProperties } = schema
  if (properties === undefined && typeof additionalProperties === 'object')
    return fc.dictionary(names, fromSchema(world, additionalProperties as Json, deeper(place)), {
      maxKeys: 3,
    })
  const fields = Object.entries((properties ?? {}) as Json).map(
    ([name, value]) => [name, fromSchema(world, value as Json, deeper(place, name))] as const,
  )
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] })
  if (!world.strange) return known
  return fc.tuple(known, unknown).map(([one, other]) => ({ ...other, ...one }))
}

const deeper = ({ depth }: Place, name = ''): Place => ({ name, depth: depth + 1 })

const resolve = (document: Json, ref: string): Json =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Json)[key], document) as Json
