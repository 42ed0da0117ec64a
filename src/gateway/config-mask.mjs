// Masks what is secret in a config file, inside the machine: the text keeps its length, so that an offset outside means the same place
// here. Never throws; of a text that is no JSON5 everything but its shape is masked. What is imported here is sent in front of it.
import { isSecretKey, keyLooksSecret, looksSecret } from '../core/config/secret-words.mjs'
import { isName, isWhole, lex, meaning, walkConfig } from './config-lex.mjs'

const FAINT = '•'

/** Stands for a name of the environment, which is no secret. */
const isVariable = (value) => /^\$\{[A-Za-z_]\w*\}$/.test(value)

function isMasked({ token, hot, counts }) {
  if (token.kind === 'string') {
    const value = meaning(token)
    if (value === '' || isVariable(value)) return false
    return hot || looksSecret(value) || looksSecret(token.raw)
  }
  return hot && !counts && /\d/.test(token.raw)
}

/** The same length without what it said; breaks of lines stay where they were. */
function veiled({ kind, raw }) {
  if (kind === 'word') return '1'.repeat(raw.length)
  const inside = raw.slice(1, -1).replace(/\\(?:\r\n|[^])|[^]/gu, (part) => {
    const breaks = part.startsWith('\\') && /[\n\r\u2028\u2029]/.test(part)
    return breaks ? part : FAINT.repeat(part.length)
  })
  return raw[0] + inside + raw.at(-1)
}

const veiledName = ({ kind, raw }) =>
  kind === 'string' ? veiled({ kind, raw }) : '_'.repeat(raw.length)

/** Every sign but blanks. */
const blotted = (text) => text.replace(/[^\s\uFEFF]/g, FAINT)

/** A key with its mark in a comment: a line that somebody has taken out. */
const ASSIGNED = /([A-Za-z_$][\w$.-]*)["']?\s*[:=]/g

/** Comments that follow one another are read as one: what is assigned may stand on the next line. */
function veiledComments(tokens) {
  let secret = false
  const found = []
  for (const token of tokens) {
    if (token.kind === 'blank') continue
    secret &&= token.kind === 'comment'
    if (token.kind !== 'comment') continue
    const { masked, open } = veiledComment(token.raw, secret)
    secret = open
    if (masked !== token.raw) found.push({ start: token.start, end: token.end, masked })
  }
  return found
}

function veiledComment(raw, secret) {
  const [, front, inside, back] = /^(\/[/*])([^]*?)(\*\/)?$/.exec(raw)
  const at = secret
    ? 0
    : [...inside.matchAll(ASSIGNED)].find(([, name]) => isSecretKey(name))?.index
  const [shown, hidden] = at === undefined ? [inside, ''] : [inside.slice(0, at), inside.slice(at)]
  const words = shown.replace(/\S+/g, (word) => (looksSecret(word) ? blotted(word) : word))
  const kept = looksSecret(shown) && words === shown ? blotted(shown) : words
  return { masked: front + kept + blotted(hidden) + (back ?? ''), open: at !== undefined }
}

/** Of a broken text: marks, whole words in front of a colon, true, false and null. Of a line with an open string not even the words. */
function brokenPieces(tokens) {
  const seen = tokens.filter(({ kind }) => kind !== 'blank')
  const bad = tokens.filter((token) => !isWhole(token) && token.kind === 'string')
  const isBad = ({ start, end }) => bad.some((one) => sameLine(tokens, one, { start, end }))
  return seen.flatMap((token, index) => {
    const name = seen[index + 1]?.raw === ':' && isPlainName(token)
    const plain = /^(?:true|false|null|[{}[\],:])$/.test(token.raw)
    if (plain || (name && !isBad(token))) return []
    const open = token.kind === 'comment' ? 2 : 0
    const masked = token.raw.slice(0, open) + blotted(token.raw.slice(open))
    return [{ start: token.start, end: token.end, masked }]
  })
}

const isPlainName = (token) =>
  isName(token) &&
  /^[\w$ @.:*/-]{1,64}$/.test(meaning(token)) &&
  !/["':=]\s/.test(token.raw.slice(1, -1)) &&
  !keyLooksSecret(meaning(token))

const sameLine = (tokens, a, b) => {
  const [from, to] = a.start < b.start ? [a, b] : [b, a]
  return !tokens.some(
    ({ start, end, raw }) => start >= from.end && end <= to.start && /[\n\r]/.test(raw),
  )
}

function pieces(tokens, { values, names }) {
  const hidden = values.filter(isMasked).map(({ token }) => token)
  const keys = names.filter((token) => keyLooksSecret(meaning(token)))
  return [
    ...hidden.map((token) => ({ start: token.start, end: token.end, masked: veiled(token) })),
    ...keys.map((token) => ({ start: token.start, end: token.end, masked: veiledName(token) })),
    ...veiledComments(tokens),
  ]
}

/**
 * The text with every secret masked, as long as before; where it was masked; and where it stops being JSON5. Offsets are those of
 * JavaScript strings.
 */
export function maskConfig(text) {
  const tokens = lex(text)
  const walk = walkConfig(tokens)
  const found = walk.broken === null ? pieces(tokens, walk) : brokenPieces(tokens)
  found.sort((a, b) => a.start - b.start)
  let masked = ''
  let at = 0
  for (const piece of found) {
    masked += text.slice(at, piece.start) + piece.masked
    at = piece.end
  }
  const regions = found.map(({ start, end }) => [start, end])
  return { masked: masked + text.slice(at), regions, broken: walk.broken }
}
