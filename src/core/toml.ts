/** What the parts of a fly.toml hold. */
export type TomlValue = string | number | boolean | readonly string[]

/** A table with its header; the path of the top level is empty. With `many` it is one of an array of tables. */
export interface TomlTable {
  readonly path: readonly string[]
  readonly many?: boolean
  readonly entries: ReadonlyArray<readonly [key: string, value: TomlValue | undefined]>
  /** Lines above it, for people. */
  readonly comments?: readonly string[]
}

/** Writes TOML 1.0. Entries without a value are left out, and a table with nothing in it is not. */
export const writeToml = (tables: readonly TomlTable[]): string =>
  `${tables.map(table).join('\n\n')}\n`

function table({ path, many = false, entries, comments = [] }: TomlTable): string {
  const name = path.map(key).join('.')
  const header = name === '' ? [] : [many ? `[[${name}]]` : `[${name}]`]
  const indent = name === '' ? '' : '  '
  const lines = entries.flatMap(([one, value]) =>
    value === undefined ? [] : [`${indent}${key(one)} = ${written(value)}`],
  )
  return [...comments.map(comment), ...header, ...lines].join('\n')
}

const key = (name: string): string => (/^[A-Za-z0-9_-]+$/.test(name) ? name : quoted(name))

function written(value: TomlValue): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  return `[${value.map(quoted).join(', ')}]`
}

/** JSON's escapes are TOML's too, but for DEL, which TOML wants escaped, and half surrogates, which it has no way to write. */
const quoted = (value: string): string =>
  JSON.stringify(value.toWellFormed()).replaceAll('\u007F', String.raw`\u007F`)

/** A comment ends with its line, and control characters are not allowed in one. */
const comment = (line: string): string => `# ${line.toWellFormed().replaceAll(/\p{Cc}+/gu, ' ')}`
