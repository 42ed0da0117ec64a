import type { Exchange } from './frame.ts'

/** What a request came to. Only `json` can say anything about health. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'page' | 'other'; readonly status: number }
  | { readonly kind: 'refused' | 'timeout' | 'broken' }

const REFUSED = 7
const TIMEOUT = 28
/** Bodies above this were cut by the script, whatever their head says. */
const CAP = 4096

/** The complete body, or nothing: its length has to be the announced one, or the announcement must be missing. */
function bodyOf(raw: Buffer, end: number, head: string): string | null {
  const body = raw.subarray(end + 4)
  const length = /^content-length:\s*(\d+)\s*$/im.exec(head)?.[1]
  if (raw.length >= CAP) return null
  if (length !== undefined && Number(length) !== body.length) return null
  return body.toString('utf8')
}

/** Reads what the client in the machine got. JSON counts only with its content type, complete and well formed. */
export function readAnswer(exchange: Exchange): Answer {
  if (exchange.exit === REFUSED) return { kind: 'refused' }
  if (exchange.exit === TIMEOUT) return { kind: 'timeout' }
  const { raw } = exchange
  const end = raw.indexOf('\r\n\r\n')
  if (end < 0) return { kind: 'broken' }
  const head = raw.subarray(0, end).toString('latin1')
  const status = Number(/^HTTP\/\d(?:\.\d)? (\d{3})\b/.exec(head)?.[1])
  const type = /^content-type:\s*([^;\r\n]+)/im.exec(head)?.[1]?.trim().toLowerCase()
  if (Number.isNaN(status)) return { kind: 'broken' }
  if (type === 'text/html') return { kind: 'page', status }
  if (type !== 'application/json') return { kind: 'other', status }
  const text = bodyOf(raw, end, head)
  if (exchange.exit !== 0 || text === null) return { kind: 'broken' }
  try {
    return { kind: 'json', status, body: JSON.parse(text) }
  } catch {
    return { kind: 'broken' }
  }
}
