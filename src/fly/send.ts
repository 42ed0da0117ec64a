import { request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Answer } from './call.ts'
import { parseJson } from './error-body.ts'
import type { Redact } from './redact.ts'
import type { Failure } from './retry.ts'

/** One request, ready for the wire. */
export interface Exchange {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly deadline: AbortSignal
  readonly signal: AbortSignal | undefined
}

/** What became of it. `detail` is the network stack's code, safe to show. */
export type Outcome =
  | { readonly ok: true; readonly answer: Answer }
  | {
      readonly ok: false
      readonly failure: Exclude<Failure, { kind: 'status' }>
      readonly detail: string
    }

/** Sends once and reads the whole answer; never rejects. */
export async function send(
  dispatcher: Dispatcher,
  exchange: Exchange,
  redact: Redact,
): Promise<Outcome> {
  const { url, method, headers, body, deadline, signal } = exchange
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  const options = { dispatcher, method, headers, body: body ?? null, signal: either }
  try {
    const { statusCode, headers: received, body: stream } = await request(url, options)
    return { ok: true, answer: answerOf(statusCode, received, await stream.text(), redact) }
  } catch (error) {
    return { ok: false, failure: { kind: kindOf(error, exchange) }, detail: codeOf(error) }
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

function answerOf(status: number, headers: Headers, text: string, redact: Redact): Answer {
  const header = (name: string) => [headers[name]].flat()[0]
  const id = header('fly-request-id')
  const reference = id !== undefined && isId(id, redact) ? id : undefined
  return { status, text, json: parseJson(text), header, reference }
}

/** A ULID and the region that answered: what Fly names all its answers by, and no secret looks like. */
const FLYS = /^[0-9A-HJKMNP-TV-Z]{26}-[a-z]{3}$/

/** The id goes into logs and messages, so it has to look like one; no Fly token is without an underscore. */
const isId = (id: string, redact: Redact): boolean =>
  FLYS.test(id) || /^[0-9A-Za-z-]{1,64}$/.test(redact(id))

// Errors that come before a request is written: it certainly had no effect.
const UNSENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_CLOSED|UND_ERR_DESTROYED|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*|ERR_TLS_CERT_.*)$/

function kindOf(
  error: unknown,
  { signal, deadline }: Exchange,
): Exclude<Failure['kind'], 'status'> {
  if (signal?.aborted === true) return 'aborted'
  if (deadline.aborted) return 'timeout'
  const code = codeOf(error)
  if (UNSENT.test(code)) return 'refused'
  if (code === 'UND_ERR_INVALID_ARG') return 'unsendable'
  return /^(?:ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/.test(code)
    ? 'timeout'
    : 'reset'
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'UNKNOWN'
  return typeof error.code === 'string' && /^\w+$/.test(error.code) ? error.code : 'UNKNOWN'
}
