import { bad } from './errors.ts'

export interface Entity {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly language?: string
  readonly url?: string
}
interface Open {
  readonly tag: string
  readonly offset: number
  readonly attribute: string
}
interface Parse {
  readonly source: string
  text: string
  readonly open: Open[]
  readonly entities: Entity[]
}

const TYPES: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
}
/** Attributes this double knows; Telegram ignores others, here they are an error so that slips show. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  a: /^ href="[^"]*"$/,
  code: /^( class="language-[^"]+")?$/,
  blockquote: /^( expandable)?$/,
}
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const TOKEN = /<(\/?)([a-z-]+)([^<>]*)>|&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-f]{1,6});|[^<&]+|[<&]/gi

/**
 * Text and entities of a message in Telegram's HTML; throws what the server answers on a mistake.
 * Nesting the reference calls impossible is an error here, where Telegram would quietly drop an entity.
 */
export function parseHtml(source: string): { text: string; entities: readonly Entity[] } {
  const parse: Parse = { source, text: '', open: [], entities: [] }
  for (const match of source.matchAll(TOKEN)) readToken(parse, match)
  const left = parse.open.at(-1)
  if (left) throw cannot(`Can't find end tag corresponding to start tag "${left.tag}"`)
  return { text: parse.text, entities: parse.entities }
}

const cannot = (why: string) => bad(`can't parse entities: ${why}`)

function readToken(parse: Parse, match: RegExpExecArray): void {
  const [whole, slash, tag, attributes, entity] = match
  if (entity !== undefined) parse.text += decode(entity)
  else if (tag === undefined && whole === '<')
    throw cannot(`Unsupported start tag "" at byte offset ${offset(parse.source, match.index)}`)
  else if (tag === undefined) parse.text += whole
  else if (slash === '/') close(parse, tag, match.index)
  else start(parse, { tag, attributes: attributes ?? '', at: match.index })
}

function decode(entity: string): string {
  if (!entity.startsWith('#')) return NAMED[entity.toLowerCase()] ?? `&${entity};`
  const code = /^#x/i.test(entity)
    ? Number.parseInt(entity.slice(2), 16)
    : Number.parseInt(entity.slice(1), 10)
  return code === 0 || code > 0x10ffff ? `&${entity};` : String.fromCodePoint(code)
}

function start(parse: Parse, found: { tag: string; attributes: string; at: number }): void {
  const { tag, attributes, at } = found
  const where = `at byte offset ${offset(parse.source, at)}`
  if (TYPES[tag] === undefined) throw cannot(`Unsupported start tag "${tag}" ${where}`)
  if (!(ATTRIBUTES[tag] ?? /^$/).test(attributes))
    throw cannot(`Unexpected attributes of "${tag}" ${where}`)
  const around = parse.open.map((one) => one.tag)
  if (!mayNest(tag, around)) throw cannot(`"${tag}" inside "${around.join(' ')}" ${where}`)
  parse.open.push({ tag, offset: parse.text.length, attribute: attributes.trim() })
}

function mayNest(tag: string, around: readonly string[]): boolean {
  const parent = around.at(-1)
  if (tag === 'code' && parent === 'pre') return around.length === 1
  if (around.includes('pre') || around.includes('code')) return false
  if (tag === 'pre' || tag === 'code') return around.length === 0
  return tag !== 'blockquote' || !around.includes('blockquote')
}

function close(parse: Parse, tag: string, at: number): void {
  const last = parse.open.pop()
  const where = `at byte offset ${offset(parse.source, at)}`
  if (!last) throw cannot(`Unmatched end tag ${where}`)
  if (last.tag !== tag)
    throw cannot(`Unmatched end tag ${where}, expected "</${last.tag}>", found "</${tag}>"`)
  const length = parse.text.length - last.offset
  const type = TYPES[tag] ?? tag
  const expandable = last.attribute === 'expandable'
  const language = /^class="language-(.+)"$/.exec(last.attribute)?.[1]
  const url = /^href="(.*)"$/.exec(last.attribute)?.[1]
  parse.entities.push({
    type: expandable ? 'expandable_blockquote' : type,
    offset: last.offset,
    length,
    ...(language !== undefined && { language }),
    ...(url !== undefined && { url }),
  })
}

const offset = (source: string, index: number) => Buffer.byteLength(source.slice(0, index))
