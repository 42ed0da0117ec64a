// What a gateway's config file says about its token, read inside the machine: only kinds, never values. Sent in front of token.mjs.
import { readFileSync } from 'node:fs'

const VARIABLE = 'OPENCLAW_GATEWAY_TOKEN'
/** Those of OPENCLAW.md §3 that make the gateway refuse to start, and what guides and people leave in place of a token. */
const PLACEHOLDER =
  /^(undefined|null|none|token|secret|password|changeme|change-me|replace-me|example|<.*>|\$\{?\w+\}?|your[-_ ].*|my[-_](?:gateway[-_])?token|test)$/i
const MODES = ['token', 'password', 'trusted-proxy', 'none']

const file = (path) => readFileSync(path, 'utf8')
const text = (value) => (typeof value === 'string' ? value.trim() : '')

/** JSON5 as far as it takes to find a key: a token of the config must not be missed because the file has comments. */
const SYNTAX =
  /\/\/[^\n\r]*|\/\*[^]*?\*\/|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[{}[\],:]|[^\s{}[\],:"'/]+|\S/g
const ESCAPES = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '\n': '' }

const unquoted = (word) =>
  word
    .slice(1, -1)
    .replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|([^]))/gi, (_, u, x, one) =>
      one === undefined ? String.fromCharCode(parseInt(u ?? x, 16)) : (ESCAPES[one] ?? one),
    )

/** Objects become maps, strings strings, and everything else nothing. Throws for what is no JSON5. */
function parse(source) {
  const words = (source.match(SYNTAX) ?? []).filter((word) => !/^\/[/*]/.test(word))
  let at = 0
  const take = (wanted) => words[at] === wanted && (at += 1) > 0
  const must = (wanted) => {
    if (!take(wanted)) throw new SyntaxError('syntax')
  }
  const list = () => {
    while (!take(']')) {
      value()
      if (words[at] !== ']') must(',')
    }
  }
  const object = () => {
    const map = new Map()
    while (!take('}')) {
      const name = words[at++] ?? ''
      must(':')
      map.set(/^["']/.test(name) ? unquoted(name) : name, value())
      if (words[at] !== '}') must(',')
    }
    return map
  }
  const value = () => {
    const word = words[at++]
    if (word === '{') return object()
    if (word === '[') return list()
    if (word === undefined || /^(?:[}\],:]|["'/])$/.test(word)) throw new SyntaxError('syntax')
    return /^["']/.test(word) ? unquoted(word) : undefined
  }
  const whole = value()
  if (at < words.length) throw new SyntaxError('syntax')
  return whole
}

const UNCLEAR = { read: 'unclear', token: 'none', placeholder: false, mode: null, password: false }
const MISSING = { ...UNCLEAR, read: 'missing' }

/** What the config file says about who may come in. Never throws. */
export function authIn(path) {
  try {
    const whole = parse(file(path))
    const gateway = whole.get('gateway')
    const auth = gateway?.get('auth')
    // What is included may hold a token too.
    if ([whole, gateway, auth].some((map) => map?.has('$include'))) return UNCLEAR
    return { read: 'parsed', ...authOf(auth ?? new Map()) }
  } catch (error) {
    return error.code === 'ENOENT' ? MISSING : UNCLEAR
  }
}

function authOf(auth) {
  const mode = auth.get('mode')
  return {
    ...tokenOf(auth.get('token')),
    mode: mode === undefined ? null : MODES.includes(mode) ? mode : 'other',
    password: auth.has('password'),
  }
}

/** A reference to the very variable is no second token. */
function tokenOf(token) {
  const byObject = token instanceof Map && token.get('source') === 'env' && token.get('id')
  const name = byObject || /^\$\{(\w+)\}$/.exec(text(token))?.[1]
  if (name === VARIABLE) return { token: 'variable', placeholder: false }
  const set = token instanceof Map || text(token) !== ''
  return { token: set ? 'value' : 'none', placeholder: PLACEHOLDER.test(text(token)) }
}
