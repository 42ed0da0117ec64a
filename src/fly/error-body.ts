/** What an error body says, as far as it can be told. */
export interface Said {
  /** One line of plain text, possibly empty. */
  readonly message: string
  /** The machine-readable word some errors carry (`insufficient_capacity`, `name_taken`). */
  readonly word: string
}

const LONGEST = 300
// What Fly's gRPC layer puts before the sentence (FLY.md §3.9); it says nothing that the status has not said.
const PREFIX =
  /^(?:failed_precondition|aborted|already_exists|invalid_argument|deadline_exceeded|not_found|unknown|internal|unavailable|permission_denied|unauthenticated|resource_exhausted): /

/** Reads an error body of any kind: JSON of either shape, HTML of a proxy, plain text. Never throws. */
export function readErrorBody(text: string): Said {
  const json = parseJson(text)
  if (typeof json === 'string') return { message: oneLine(json), word: '' }
  if (json === undefined) return { message: plain(text), word: '' }
  if (typeof json !== 'object' || json === null) return { message: '', word: '' }
  const message = [field(json, 'message'), field(json, 'error')].find((value) => value !== '')
  return { message: oneLine(message ?? '').replace(PREFIX, ''), word: field(json, 'status') }
}

/** JSON of a text, or `undefined`. The parser's own error is dropped: it quotes the text, which may echo a token. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Cuts what Fly said to what a person will read of it. */
export function cut(message: string): string {
  return message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1).toWellFormed()}…`
}

const field = (value: object, name: string): string => {
  const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
  return typeof found === 'string' ? found : ''
}

function plain(text: string): string {
  if (!/^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text)) return oneLine(text)
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1] ?? ''
  return oneLine(title === '' ? text.replace(/<[^>]*>/g, ' ') : title)
}

// Control characters occur: Fly has named a machine by 14 NULs.
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
