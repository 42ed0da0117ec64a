import { tokenParts } from './token.ts'

/** Takes everything secret out of a text. */
export type Redact = (text: string) => string

const MASK = '[secret]'
const SHORTEST = 4
// Also catches the pieces of a token that were cut off or re-wrapped, which no literal search would find.
const SHAPES = /\b(?:FlyV1|Bearer)\s+[^\s"'<>\\]+|\b(?:fm1r|fm1a|fm2|fo1)_[A-Za-z0-9+/=_%-]*/gi

/** How a value may come back in somebody's text: as it is, in a URL, in JSON. */
function forms(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    json,
    json.replaceAll('/', '\\/'),
    Buffer.from(secret).toString('base64'),
  ]
}

const TELLING = 10
/** So much of a value is enough for the first letters of all its forms. */
const FRONT = 24

/**
 * Redacts the given values in every form they may be echoed in, and whatever looks like a Fly token. One is made for each call, and most find
 * nothing: a script of many KB is written out in its forms only where a text holds the beginning of one.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  let starts: readonly string[] | undefined
  return (text) => {
    starts ??= needlesOf(secrets, FRONT).map(startOf)
    const found = starts.some((start) => text.includes(start))
    const masked = found ? needlesOf(secrets).reduce(maskFrom, text) : text
    return masked.replace(SHAPES, MASK)
  }
}

/** The longest first; of values longer than `most` only their beginnings. */
const needlesOf = (secrets: readonly string[], most = Infinity): readonly string[] =>
  [...new Set(secrets.flatMap((secret) => [secret, ...tokenParts(secret)]))]
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => forms(secret.slice(0, most)))
    .sort((a, b) => b.length - a.length)

const startOf = (needle: string): string => needle.slice(0, TELLING)

/** Masks a needle wherever it stands, also where it was cut off: whoever quotes a value often shortens it. */
function maskFrom(text: string, needle: string): string {
  const start = startOf(needle)
  const [first = '', ...rest] = text.split(start)
  return rest.reduce((done, after) => {
    let length = 0
    while (length < after.length && after[length] === needle[TELLING + length]) length += 1
    return `${done}${MASK}${after.slice(length)}`
  }, first)
}

/** The values of an environment that are secret by their name: an error that repeats a request must not show them. */
export function secretValues(env: unknown): readonly string[] {
  if (typeof env !== 'object' || env === null) return []
  return Object.entries(env).flatMap(([name, value]) =>
    typeof value === 'string' && /token|key|secret|pass|auth/i.test(name) ? [value] : [],
  )
}
