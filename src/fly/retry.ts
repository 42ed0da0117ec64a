/** How one try ended, in the words that matter for the question of another. */
export type Failure =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs: number | undefined }
  /** Never reached Fly: connection refused, no such host, no TLS. */
  | { readonly kind: 'refused' }
  /** Broke off after something may have been sent. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'timeout' }
  /** The caller gave up. */
  | { readonly kind: 'aborted' }
  /** The request itself cannot be sent. */
  | { readonly kind: 'unsendable' }

const TRIES = 4
const FIRST_MS = 500
const MOST_MS = 8000
const PATIENCE_MS = 60_000

/** Whether the same request may help, and did certainly no harm the first time. */
function worthwhile(failure: Failure, safe: boolean, long: boolean): boolean {
  switch (failure.kind) {
    case 'refused':
      return true
    case 'status':
      if (failure.status === 429) return true
      return safe && (failure.status === 408 || failure.status >= 500)
    case 'reset':
      return safe
    case 'timeout':
      // A long call's timeout has used up what its caller was ready to wait.
      return safe && !long
    case 'aborted':
    case 'unsendable':
      return false
    default:
      return failure satisfies never
  }
}

/**
 * How long to wait, in ms, before try `tried + 1`; `undefined` to give up. Reads are tried again on everything that passes by
 * itself, mutations only when they certainly had no effect (FLY.md §10.3). A `Retry-After` beyond a minute is not waited for.
 */
export function retryDelay(attempt: {
  readonly failure: Failure
  readonly safe: boolean
  readonly long: boolean
  /** Tries made so far, at least 1. */
  readonly tried: number
  /** From 0 to 1. */
  readonly random: number
}): number | undefined {
  const { failure, safe, long, tried, random } = attempt
  if (tried >= TRIES || !worthwhile(failure, safe, long)) return undefined
  const asked = failure.kind === 'status' ? failure.retryAfterMs : undefined
  if (asked !== undefined && asked > PATIENCE_MS) return undefined
  const grown = Math.min(MOST_MS, FIRST_MS * 2 ** (tried - 1))
  return Math.max(asked ?? 0, grown) + random * FIRST_MS
}

/** Milliseconds of a `Retry-After` header: seconds or an HTTP date. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
