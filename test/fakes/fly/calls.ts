import type { IncomingMessage } from 'node:http'
import type { FlyClock } from './clock.ts'

/** One request as it came in. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly authorization: string | undefined
  /** The lease nonce it carried. */
  readonly nonce: string | undefined
  readonly raw: string
  /** The parsed body; undefined when there is none or it is no JSON. */
  readonly body: unknown
  readonly at: number
  readonly requestId: string
  /** 0 while under way, and when it was never answered. */
  status: number
  authScheme: string
  /** The kind of scripted fault that hit it. */
  fault?: string
}

export interface CallFilter {
  readonly method?: string
  readonly path?: RegExp
}

export interface Calls {
  readonly list: readonly Call[]
  readonly open: (request: IncomingMessage, raw: string) => Call
  readonly close: (call: Call) => void
  /** Resolves with the next request that matches, as soon as it has come in. */
  readonly next: (filter: CallFilter) => Promise<Call>
}

export function createCalls(clock: FlyClock): Calls {
  const list: Call[] = []
  const waiting = new Set<(call: Call) => void>()
  return {
    list,
    open: (request, raw) => {
      const call = callOf(request, { raw, at: clock.now(), number: list.length + 1 })
      list.push(call)
      for (const waiter of waiting) waiter(call)
      return call
    },
    close: (call) => Object.freeze(call),
    next: (filter) => {
      const { promise, resolve } = Promise.withResolvers<Call>()
      const waiter = (call: Call): void => {
        if (!fits(call, filter)) return
        waiting.delete(waiter)
        resolve(call)
      }
      waiting.add(waiter)
      return promise
    },
  }
}

function fits(call: Call, { method, path }: CallFilter): boolean {
  return (method ?? call.method) === call.method && (path?.test(call.path) ?? true)
}

function callOf(
  request: IncomingMessage,
  { raw, at, number }: { readonly raw: string; readonly at: number; readonly number: number },
): Call {
  const url = new URL(request.url ?? '/', 'http://fly')
  const nonce = request.headers['fly-machine-lease-nonce']
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    contentType: request.headers['content-type'] ?? '',
    authorization: request.headers.authorization,
    nonce: Array.isArray(nonce) ? nonce[0] : nonce,
    raw,
    body: parsed(raw),
    at,
    requestId: `01KFAKE${String(number).padStart(19, '0')}-iad`,
    status: 0,
    authScheme: 'none',
  }
}

function parsed(raw: string): unknown {
  if (raw === '') return undefined
  try {
    return JSON.parse(raw) as unknown
  } catch {
    return undefined
  }
}
