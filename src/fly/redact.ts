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

/** Redacts the given values in every form they may be echoed in, and whatever looks like a Fly token. */
export function createRedactor(secrets: readonly string[]): Redact {
  const needles = [...new Set(secrets.flatMap((secret) => [secret, ...tokenParts(secret)]))]
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap(forms)
    .sort((a, b) => b.length - a.length)
  return (text) => needles.reduce(maskFrom, text).replace(SHAPES, MASK)
}

const TELLING = 10

/** Masks a needle wherever it stands, also where it was cut off: whoever quotes a value often shortens it. */
function maskFrom(text: string, needle: string): string {
  const start = needle.slice(0, TELLING)
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
