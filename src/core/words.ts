import { parseArgsStringToArgv } from 'string-argv'
import type { OptionSpec } from './options.ts'
import { nearest } from './nearest.ts'
import { type Text, tr } from './text.ts'

export type Read =
  | { readonly ok: true; readonly input: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: Text }

/** Splits a line into words as a shell would, after undoing what phones do to quotes, dashes and spaces. */
export function splitWords(line: string): { words: readonly string[] } | { problem: Text } {
  const plain = line
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘‚]([^‘’]*)’/g, "'$1'")
    .replace(/(^|\s)[—–]+(?=\p{L})/gu, '$1--')
    .replace(/[\u00a0\u202f\u2007\u3000]/g, ' ')
  const open = openQuote(plain)
  if (open !== undefined)
    return {
      problem: tr(
        `A quote ${open} is not closed; write the text between two ${open}.`,
        `引號 ${open} 沒有成對；請把文字放在兩個 ${open} 之間。`,
      ),
    }
  return { words: parseArgsStringToArgv(plain) }
}

function openQuote(line: string): string | undefined {
  let open: string | undefined
  for (const char of line) {
    if (open === undefined && (char === '"' || char === "'")) open = char
    else if (char === open) open = undefined
  }
  return open
}

/** Turns words into input for the schema: `name=value`, `name:value`, `--name value`, a bare boolean name, or by position. */
export function readWords(specs: readonly OptionSpec[], words: readonly string[]): Read {
  const input: Record<string, unknown> = {}
  const queue = [...words]
  while (queue.length > 0) {
    const word = queue.shift() ?? ''
    const named = readNamed(specs, word, queue)
    if (named?.problem !== undefined) return { ok: false, problem: named.problem }
    const entry = named?.entry ?? nextPosition(specs, input, word, queue)
    if (entry === undefined) return { ok: false, problem: unexpected(word) }
    const [spec, raw] = entry
    if (Object.hasOwn(input, spec.name)) return { ok: false, problem: twice(spec.name) }
    input[spec.name] = coerce(spec, raw)
  }
  return { ok: true, input }
}

type Entry = readonly [spec: OptionSpec, raw: string]
interface Named {
  readonly entry?: Entry
  readonly problem?: Text
}

function readNamed(specs: readonly OptionSpec[], word: string, queue: string[]): Named | undefined {
  const [, dashes = '', name = '', sign = '', value = ''] =
    /^(-{0,2})([A-Za-z][\w-]*)(?:([=:])(.*))?$/s.exec(word) ?? []
  const spec = specs.find((candidate) => candidate.name === name.toLowerCase())
  if (spec === undefined) {
    const meant = dashes === '--' || (sign === '=' && dashes === '')
    return meant ? { problem: unknown(name, specs) } : undefined
  }
  if (sign === ':' && dashes === '' && isRoleId(spec, value)) return undefined
  if (sign !== '') return { entry: [spec, withRest(spec, value, queue)] }
  if (spec.type === 'boolean') return { entry: [spec, dashes === '' ? 'true' : switchValue(queue)] }
  if (dashes === '') return undefined
  const next = queue.shift()
  return next === undefined
    ? { problem: missing(name) }
    : { entry: [spec, withRest(spec, next, queue)] }
}

/** `role:77` names a role of Discord, though an option is called so: none of its choices is a number. */
const isRoleId = ({ name, choices }: OptionSpec, value: string): boolean =>
  name === 'role' && choices.length > 0 && /^\d+$/.test(value)

const switchValue = (queue: string[]): string =>
  TRUE.test(queue[0] ?? '') || FALSE.test(queue[0] ?? '') ? (queue.shift() ?? 'true') : 'true'

function nextPosition(
  specs: readonly OptionSpec[],
  input: Readonly<Record<string, unknown>>,
  word: string,
  queue: string[],
): Entry | undefined {
  const spec = specs.find(({ name }) => !Object.hasOwn(input, name))
  return spec && [spec, withRest(spec, word, queue)]
}

const withRest = (spec: OptionSpec, first: string, queue: string[]): string =>
  spec.rest ? [first, ...queue.splice(0)].join(' ') : first

const TRUE = /^(true|yes|on|1)$/i
const FALSE = /^(false|no|off|0)$/i

function coerce({ type }: OptionSpec, raw: string): unknown {
  if (type === 'boolean') return TRUE.test(raw) ? true : FALSE.test(raw) ? false : raw
  if (type === 'string' || raw.trim() === '' || Number.isNaN(Number(raw))) return raw
  return Number(raw)
}

function unknown(name: string, specs: readonly OptionSpec[]): Text {
  const names = specs.map((spec) => spec.name)
  const guess = nearest(name, names)
  if (names.length === 0)
    return tr(
      `This command has no option “${name}”; it takes none.`,
      `此指令沒有「${name}」選項；它不需要任何選項。`,
    )
  const list = names.join(', ')
  return guess === undefined
    ? tr(
        `There is no option “${name}”; there are ${list}.`,
        `沒有「${name}」選項；可用的有 ${list}。`,
      )
    : tr(
        `There is no option “${name}”; did you mean ${guess}?`,
        `沒有「${name}」選項；是指 ${guess} 嗎？`,
      )
}
const unexpected = (word: string): Text =>
  tr(
    `There is one word too many: “${word}”; put text with spaces in quotes.`,
    `多了一個詞「${word}」；含空白的文字請加上引號。`,
  )
const twice = (name: string): Text =>
  tr(`The option ${name} was given twice; give it once.`, `選項 ${name} 出現了兩次；只要給一次。`)
const missing = (name: string): Text =>
  tr(
    `The option --${name} has no value; write ${name}=value.`,
    `選項 --${name} 沒有值；請寫成 ${name}=值。`,
  )
