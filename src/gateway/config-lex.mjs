// Reads JSON5 word by word inside the machine and tells which of its values have a secret's name. Never throws, whatever it is given.
import { isCount, isSecretKey } from '../core/config/secret-words.mjs'

/** JSON5 as far as its words: comments, strings that end on their line, marks, blanks, and whatever is left. Covers every text. */
const LEXER =
  /(?<comment>\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?(?:\*\/|$))|(?<string>"(?:\\(?:\r\n|[^])|[^"\\\n\r])*"?|'(?:\\(?:\r\n|[^])|[^'\\\n\r])*'?)|(?<mark>[{}[\],:])|(?<blank>[\s\uFEFF]+)|(?<word>[^\s\uFEFF{}[\],:"'/]+|[^])/gu
const ESCAPES = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' }

export function lex(text) {
  return Array.from(text.matchAll(LEXER), ({ 0: raw, index, groups }) => {
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined)
    return { kind, raw, start: index, end: index + raw.length }
  })
}

const STRING = /^(["'])(?:[^\\]|\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|0(?!\d)|\r\n|[^\dux]))*\1$/u
const closed = ({ raw }) => raw.length > 1 && STRING.test(raw)
export const isWhole = (token) =>
  token.kind === 'string'
    ? closed(token)
    : token.kind !== 'comment' || !token.raw.startsWith('/*') || /^\/\*[^]*\*\/$/.test(token.raw)

/** What a string or a bare key means. */
export const meaning = ({ kind, raw }) =>
  (kind === 'string' ? raw.slice(1, -1) : raw).replace(
    /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[^]))/gu,
    (_, u, x, one) =>
      one === undefined
        ? String.fromCharCode(parseInt(u ?? x, 16))
        : (ESCAPES[one] ?? (/^[\n\r\u2028\u2029]/.test(one) ? '' : one)),
  )

const LITERAL =
  /^(?:true|false|null|[+-]?(?:Infinity|NaN|0[xX][\da-fA-F]+|(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))$/
const NAME =
  /^(?:[\p{L}\p{Nl}$_]|\\u[\da-fA-F]{4})(?:[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$\u200c\u200d]|\\u[\da-fA-F]{4})*$/u
/** What its escapes stand for has to be allowed there, too. */
const PLAIN = /^[\p{L}\p{Nl}$_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$\u200c\u200d]*$/u
const isValue = ({ kind, raw }) => kind === 'string' || (kind === 'word' && LITERAL.test(raw))
export const isName = ({ kind, raw }) =>
  kind === 'string' || (kind === 'word' && NAME.test(raw) && PLAIN.test(meaning({ kind, raw })))

/** Who may follow: each gives the next state, or nothing where the grammar allows no such word. */
const GRAMMAR = {
  value: (walk, token) => opened(walk, token) ?? valueSeen(walk, token),
  item: (walk, token) => (token.raw === ']' ? shut(walk, '[') : GRAMMAR.value(walk, token)),
  key: (walk, token) => (token.raw === '}' ? shut(walk, '{') : nameSeen(walk, token)),
  colon: (_, { raw }) => (raw === ':' ? 'value' : undefined),
  comma: (walk, { raw }) => {
    const top = walk.stack.at(-1)
    if (raw === ',') return top.open === '{' ? 'key' : 'item'
    return raw === '}' || raw === ']' ? shut(walk, raw === '}' ? '{' : '[') : undefined
  },
  end: () => undefined,
}

function opened(walk, { kind, raw }) {
  if (kind !== 'mark' || (raw !== '{' && raw !== '[')) return undefined
  walk.stack.push({ open: raw, hot: isHot(walk), members: new Map() })
  return raw === '{' ? 'key' : 'item'
}

/** In a list the list's own name counts. */
function isHot({ stack, key }) {
  const top = stack.at(-1)
  if (top === undefined) return false
  return top.hot || (top.open === '{' && isSecretKey(key))
}

function valueSeen(walk, token) {
  if (!isValue(token)) return undefined
  const top = walk.stack.at(-1)
  const counts = top?.open === '{' && !top.hot && isCount(walk.key)
  const value = { token, hot: top === undefined || isHot(walk), counts }
  walk.values.push(value)
  if (top?.open === '{') top.members.set(walk.key, value)
  return top === undefined ? 'end' : 'comma'
}

function nameSeen(walk, token) {
  if (!isName(token)) return undefined
  walk.key = meaning(token)
  walk.names.push(token)
  return 'colon'
}

function shut(walk, open) {
  const top = walk.stack.at(-1)
  if (top?.open !== open) return undefined
  walk.stack.pop()
  if (open === '{') coolReference(top.members)
  return walk.stack.length === 0 ? 'end' : 'comma'
}

/** `{ source: 'env', provider: 'default', id: 'NAME' }` says where a secret is, and is none. */
function coolReference(members) {
  const says = (key, form) => {
    const token = members.get(key)?.token
    return token?.kind === 'string' && form.test(meaning(token))
  }
  const known = [...members.keys()].every((key) => ['source', 'provider', 'id'].includes(key))
  if (!known || !says('source', /^env$/) || !says('id', /^[A-Z][A-Z\d_]{0,127}$/)) return
  for (const value of members.values()) value.hot = false
}

/** Values and names of a whole text, with what is secret by its key; `broken` is where it stops being JSON5, or null. */
export function walkConfig(tokens) {
  const walk = { stack: [], key: '', values: [], names: [] }
  let state = 'value'
  for (const token of tokens) {
    if (token.kind === 'blank' || (token.kind === 'comment' && isWhole(token))) continue
    state = isWhole(token) ? GRAMMAR[state](walk, token) : undefined
    if (state === undefined) return { ...walk, broken: token.start }
  }
  return { ...walk, broken: state === 'end' ? null : (tokens.at(-1)?.end ?? 0) }
}
