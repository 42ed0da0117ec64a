import type { ArrayNode, MemberNode, ObjectNode, ValueNode } from '@humanwhocodes/momoa'
import { type Parsed, parseConfig } from './parse.ts'
import { follow, membersNamed, type Path, rangeOf } from './path.ts'
import type { Edit } from './port.ts'

/** Why a path can't be changed there. */
export type Unfit = 'no_container' | 'gap' | 'root'
type Edits = readonly Edit[] | Unfit

/** Puts `value` (JSON5) at a path: in place of what is there, or as a new key or item. Everything else keeps every byte. */
export function setEdits(
  text: string,
  parsed: Parsed,
  { path, value }: { readonly path: Path; readonly value: string },
): Edits {
  const { node, steps } = follow(parsed.root, path)
  const [start, end] = rangeOf(node)
  if (steps === path.length) return steps === 0 ? 'root' : [{ start, end, text: value }]
  const [key, ...deeper] = path.slice(steps)
  const quoted = namesAreQuoted(parsed.root)
  if (key === undefined || deeper.some((one) => typeof one === 'number' && one !== 0)) return 'gap'
  const inner = nested(deeper, value, quoted)
  if (node.type === 'Object')
    return added(text, parsed, node, `${nameText(String(key), quoted)}: ${inner}`)
  if (node.type !== 'Array') return 'no_container'
  if (Number(key) !== node.elements.length) return 'gap'
  return added(text, parsed, node, inner)
}

const nested = (path: Path, value: string, quoted: boolean): string =>
  path.reduceRight<string>(
    (inside, key) =>
      typeof key === 'number' ? `[${inside}]` : `{ ${nameText(key, quoted)}: ${inside} }`,
    value,
  )

/** Of the file's own names, what most of them are: a file of JSON stays JSON. */
function namesAreQuoted(root: ValueNode): boolean {
  const names = root.type === 'Object' ? root.members.map(({ name }) => name.type) : []
  return names.length === 0 || names.filter((type) => type === 'String').length * 2 >= names.length
}

const BARE = /^[A-Za-z_$][\w$]*$/
const WORDS = /^(?:true|false|null|Infinity|NaN)$/
const nameText = (key: string, quoted: boolean): string =>
  quoted || !BARE.test(key) || WORDS.test(key) ? JSON.stringify(key) : key

/** Behind the last member: on a line of its own where that one has its own, as far in, with a comma behind where that one has. */
function added(text: string, parsed: Parsed, node: ObjectNode | ArrayNode, words: string): Edits {
  const [open] = rangeOf(node)
  const last = node.type === 'Object' ? node.members.at(-1) : node.elements.at(-1)?.value
  if (last === undefined) return first(text, open + 1, words)
  const [from, to] = rangeOf(last)
  const comma = signAfter(parsed, to, 'Comma')
  const front = /(?:^|[\n\r])([^\S\n\r]*)$/.exec(text.slice(0, from))
  const behind = comma ?? to
  if (front === null)
    return [{ start: behind, end: behind, text: comma === null ? `, ${words}` : ` ${words}` }]
  const line = lineEnd(parsed, text, behind)
  const fresh = {
    start: line,
    end: line,
    text: `${breakOf(text)}${front[1]}${words}${comma === null ? '' : ','}`,
  }
  if (comma !== null) return [fresh]
  if (line === to) return [{ ...fresh, text: `,${fresh.text}` }]
  return [{ start: to, end: to, text: ',' }, fresh]
}

function first(text: string, at: number, words: string): Edits {
  const empty = /^[^\S\n\r]*(?=[}\]])/.exec(text.slice(at))
  if (empty !== null) {
    const list = text[at - 1] === '['
    return [{ start: at, end: at + empty[0].length, text: list ? words : ` ${words} ` }]
  }
  return [{ start: at, end: at, text: /^\s/.test(text.slice(at)) ? ` ${words}` : ` ${words} ` }]
}

const breakOf = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'

/** The end of the next sign, if only blanks and comments stand before it. */
function signAfter({ tokens }: Parsed, at: number, type: string): number | null {
  const next = tokens.find((token) => rangeOf(token)[0] >= at && !token.type.endsWith('Comment'))
  return next?.type === type ? rangeOf(next)[1] : null
}

/** Behind the comments that stand on the same line. */
function lineEnd({ tokens }: Parsed, text: string, at: number): number {
  const next = tokens.find((token) => rangeOf(token)[0] >= at)
  if (next === undefined || !next.type.endsWith('Comment')) return at
  const [start, end] = rangeOf(next)
  return /[\n\r]/.test(text.slice(at, end))
    ? at
    : lineEnd({ tokens } as Parsed, text, Math.max(end, start))
}

/** Takes what is at a path away, with its comma and, where nothing else is on it, its line. Nothing there: no edits. */
export function unsetEdits(text: string, parsed: Parsed, path: Path): Edits {
  const key = path.at(-1)
  const { node, steps } = follow(parsed.root, path.slice(0, -1))
  if (key === undefined) return 'root'
  if (steps < path.length - 1) return []
  if (node.type === 'Array') {
    const item =
      typeof key === 'number' || /^\d+$/.test(key) ? node.elements[Number(key)] : undefined
    return item ? joined([removal(text, parsed, { node, of: item.value })]) : []
  }
  const members = membersNamed(node, String(key))
  return joined(members.map((member) => removal(text, parsed, { node, of: member })))
}

type Part = MemberNode | ValueNode

function removal(
  text: string,
  parsed: Parsed,
  { node, of }: { readonly node: ValueNode; readonly of: Part },
): readonly Edit[] {
  const [from, to] = rangeOf(of)
  const comma = signAfter(parsed, to, 'Comma')
  if (comma === null) return [...commaBefore(parsed, node, from), cutAt(text, from, to)]
  const apart = text.slice(to, comma - 1).trim() !== ''
  if (!apart) return [cutAt(text, from, comma)]
  return [
    { start: from, end: to, text: '' },
    { start: comma - 1, end: comma, text: '' },
  ]
}

/** With the line when nothing else is on it, else with the blanks behind. */
function cutAt(text: string, from: number, end: number): Edit {
  const before = /[^\S\n\r]*$/.exec(text.slice(0, from))?.[0].length ?? 0
  const after = /^[^\S\n\r]*(?:\r\n|\n|\r|(?=[}\]]|$))/.exec(text.slice(end))?.[0].length
  const alone = /(?:^|[\n\r])$/.test(text.slice(0, from - before))
  if (alone && after !== undefined) return { start: from - before, end: end + after, text: '' }
  const blanks = /^[^\S\n\r]+(?=\S)/.exec(text.slice(end))?.[0].length ?? 0
  return { start: from, end: end + blanks, text: '' }
}

/** The last one without a comma takes that of the one before with it. */
function commaBefore({ tokens }: Parsed, node: ValueNode, at: number): readonly Edit[] {
  const token = tokens.findLast((one) => rangeOf(one)[1] <= at && !one.type.endsWith('Comment'))
  if (token?.type !== 'Comma' || rangeOf(token)[0] < rangeOf(node)[0]) return []
  const [start, end] = rangeOf(token)
  return [{ start, end, text: '' }]
}

/** In order, and what runs into one another as one. */
function joined(lists: ReadonlyArray<readonly Edit[]>): readonly Edit[] {
  const sorted = lists.flat().toSorted((a, b) => a.start - b.start || a.end - b.end)
  return sorted.reduce<Edit[]>((found, edit) => {
    const last = found.at(-1)
    if (last === undefined || edit.start >= last.end) return [...found, edit]
    return [...found.slice(0, -1), { ...last, end: Math.max(last.end, edit.end) }]
  }, [])
}

/** The text as it will be. */
export const withEdits = (text: string, edits: readonly Edit[]): string => {
  let at = 0
  const parts = edits.map(({ start, end, text: words }) => {
    const part = text.slice(at, start) + words
    at = end
    return part
  })
  return parts.join('') + text.slice(at)
}

/** What a person typed, as JSON5: its value where it is one, else a text. A secret is a text unless it is a block or in quotes. */
export function valueText(typed: string, secret: boolean): string {
  const words = typed.trim()
  const parsed = parseConfig(words)
  if (!parsed.ok || (secret && !/^[{["']/.test(words))) return quoteText(secret ? words : typed)
  const [start, end] = rangeOf(parsed.root)
  return words.slice(start, end)
}

const quoteText = (words: string): string =>
  JSON.stringify(words).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
