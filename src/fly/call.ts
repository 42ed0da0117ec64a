import type { TokenName } from './log-tokens.ts'

/** Whose API is asked: it decides base URL, token and the words of an error. */
export type Party = 'machines' | 'logs' | 'metrics' | 'releases'

/** What came back, as read from the wire. */
export interface Answer {
  readonly status: number
  readonly text: string
  /** The body as JSON; `undefined` when it is none. */
  readonly json: unknown
  readonly header: (name: string) => string | undefined
  /** Fly's id of the request, fit to be shown. */
  readonly reference: string | undefined
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One question to Fly. */
export interface Call<T> {
  /** Method and path with `{names}`; also the label of the metric, so it never holds a value. */
  readonly endpoint: `${Method} /${string}`
  /** Values of the path's names. The last one is the identifier that Fly's rate limit counts by. */
  readonly at: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  readonly nonce?: string | undefined
  readonly party?: Party
  /** Which token it is made with; left out, the one of its party. */
  readonly token?: TokenName
  /** Reads may be repeated at will; by default what is a GET. */
  readonly safe?: boolean
  /** Waits up to 70 s instead of 30 s, because Fly itself holds the answer back. */
  readonly long?: boolean
  /** Values of the request that no error may repeat. */
  readonly hide?: readonly string[]
  /** Statuses that are answers here and not errors, beside 2xx. */
  readonly accept?: (answer: Answer) => boolean
  /** What the answer means; `undefined` when it cannot be understood. Must not throw. */
  readonly read: (answer: Answer) => T | undefined
}

/** Asks Fly, with everything that goes with it; rejects with `OpsError`. */
export type Caller = <T>(call: Call<T>) => Promise<T>

/** Reads the answer of a call that only has to be accepted: an empty body or JSON that does not deny it. */
export function accepted({ text, json }: Answer): true | undefined {
  if (text.trim() === '') return true
  if (json === undefined) return undefined
  const denied = typeof json === 'object' && json !== null && 'ok' in json && json.ok === false
  return denied ? undefined : true
}

/** The method of a call. */
export const methodOf = (call: Pick<Call<unknown>, 'endpoint'>): string =>
  call.endpoint.slice(0, call.endpoint.indexOf(' '))

/** Whether a call leaves everything as it is, so that repeating it harms nothing. */
export const isSafe = (call: Pick<Call<unknown>, 'endpoint' | 'safe'>): boolean =>
  call.safe ?? methodOf(call) === 'GET'
