import { existsSync, readFileSync } from 'node:fs'

/** A file that came in a multipart body. */
export interface Upload {
  readonly name: string
  readonly content: string
}
export type Params = Readonly<Record<string, unknown>>

interface Field {
  readonly name: string
  readonly types: readonly string[]
  readonly required: boolean
  readonly description: string
}
interface Described {
  readonly fields?: readonly Field[]
  readonly subtypes?: readonly string[]
}
interface Table {
  readonly methods: Readonly<Record<string, Described>>
  readonly types: Readonly<Record<string, Described>>
}

const TABLE = new URL('../../../../shared/reference/chat/telegram-api.json', import.meta.url)

/** Whether the published table of the Bot API lies beside the repository; without it only the double's own rules hold. */
export const tableIsHere = (): boolean => existsSync(TABLE)

export const isUpload = (value: unknown): value is Upload =>
  typeof value === 'object' && value !== null && 'name' in value && 'content' in value

/** Gives a check that lists what is wrong with a request by the published table; nothing when the table is not here. */
export function createValidator(): (method: string, params: Params) => readonly string[] {
  if (!tableIsHere()) return () => []
  const table = JSON.parse(readFileSync(TABLE, 'utf8')) as Table
  return (method, params) => {
    const described = table.methods[method]
    if (!described) return [`${method}: no such method`]
    return checkFields(table, described.fields ?? [], { value: params, path: method })
  }
}

/** The same for something the double hands out, by its type's name. */
export function createTypeCheck(): (type: string, value: unknown) => readonly string[] {
  if (!tableIsHere()) return () => []
  const table = JSON.parse(readFileSync(TABLE, 'utf8')) as Table
  return (type, value) => checkType(table, type, { value, path: type })
}

interface Found {
  readonly value: unknown
  readonly path: string
}

function checkFields(table: Table, fields: readonly Field[], found: Found): string[] {
  const record = found.value as Params
  const unknown = Object.keys(record)
    .filter((name) => !fields.some((field) => field.name === name))
    .map((name) => `${found.path}.${name}: unknown`)
  return [...unknown, ...fields.flatMap((field) => checkField(table, field, found))]
}

function checkField(table: Table, field: Field, found: Found): string[] {
  const value = (found.value as Params)[field.name]
  const path = `${found.path}.${field.name}`
  if (value === undefined) return field.required ? [`${path}: missing`] : []
  const each = field.types.map((type) => checkType(table, type, { value, path }))
  if (each.some((problems) => problems.length === 0)) return checkLength(field, { value, path })
  return each.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function checkType(table: Table, type: string, found: Found): string[] {
  const { value, path } = found
  const inner = /^Array of (.+)$/.exec(type)?.[1]
  if (inner !== undefined)
    return Array.isArray(value)
      ? value.flatMap((one, i) => checkType(table, inner, { value: one, path: `${path}[${i}]` }))
      : [`${path}: not an array`]
  const simple = SIMPLE[type]
  if (simple) return simple(value) ? [] : [`${path}: not ${type}`]
  const described = table.types[type]
  if (typeof value !== 'object' || value === null || !described) return [`${path}: not ${type}`]
  if (!described.subtypes) return checkFields(table, described.fields ?? [], found)
  const each = described.subtypes.map((sub) => checkType(table, sub, found))
  return each.toSorted((a, b) => a.length - b.length)[0] ?? []
}

const SIMPLE: Readonly<Record<string, (value: unknown) => boolean>> = {
  Integer: (value) => Number.isSafeInteger(value),
  Float: (value) => typeof value === 'number',
  Boolean: (value) => typeof value === 'boolean',
  String: (value) => typeof value === 'string',
  InputFile: isUpload,
}

/** `1-64 bytes`, `0-200 characters`; lengths after entity parsing are for those who parse. */
function checkLength(field: Field, { value, path }: Found): string[] {
  const match = /(\d+)-(\d+) (characters|bytes)(?! after entit)/.exec(field.description)
  if (!match || typeof value !== 'string') return []
  const length = match[3] === 'bytes' ? Buffer.byteLength(value) : value.length
  const ok = length >= Number(match[1]) && length <= Number(match[2])
  return ok ? [] : [`${path}: ${length} ${match[3]}, allowed ${match[1]}-${match[2]}`]
}
