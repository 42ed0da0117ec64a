import type { ErrorCode } from '../core/errors.ts'
import type { Party } from './call.ts'
import type { Said } from './error-body.ts'

/** The kinds of failure that Fly knows (FLY.md §10.2). */
export type FlyErrorCode = Extract<
  ErrorCode,
  | 'auth'
  | 'scope'
  | 'quota'
  | 'not_found'
  | 'lease_held'
  | 'stale_version'
  | 'not_ready'
  | 'capacity'
  | 'ambiguous'
  | 'rate_limited'
  | 'host_unreachable'
  | 'validation'
  | 'server'
  | 'network'
  | 'cancelled'
>

/** What is known of a refused request. */
export interface Refusal extends Said {
  readonly status: number
  readonly safe: boolean
  readonly party: Party
}

// Fly's statuses overlap: 409 alone has four meanings, so the text decides first (FLY.md §3.9).
const BY_TEXT: ReadonlyArray<readonly [RegExp, FlyErrorCode]> = [
  [/lease currently held by/i, 'lease_held'],
  [/lease not found/i, 'not_found'],
  [
    /insufficient (?:resources|memory|cpus?) (?:available|to create)|insufficient resources|could not reserve resource|deploys to this host are temporarily disabled|\bno capacity\b|out of capacity/i,
    'capacity',
  ],
  [/over the allowed quota|quota exceeded|add a payment method|payment required/i, 'quota'],
  [
    /unreachable host|host (?:is|was) (?:currently )?(?:unreachable|unavailable)/i,
    'host_unreachable',
  ],
  [/rate limit exceeded/i, 'rate_limited'],
]
const BY_WORD: Readonly<Record<string, FlyErrorCode>> = {
  insufficient_capacity: 'capacity',
  volume_placement_capacity: 'capacity',
  name_taken: 'validation',
}
const BY_STATUS: Readonly<Record<number, FlyErrorCode>> = {
  401: 'auth',
  402: 'quota',
  403: 'scope',
  404: 'not_found',
  429: 'rate_limited',
}

/** Which kind of failure an answer is. Pure: the same answer is always the same kind. */
export function codeOf(refusal: Refusal): FlyErrorCode {
  const { status, message, word } = refusal
  const byText = BY_TEXT.find(([pattern]) => pattern.test(message))?.[1]
  // A gateway's page can contain any words, so a credential problem keeps its status.
  if (byText !== undefined && status !== 401) return byText
  const byWord = Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined
  return byWord ?? BY_STATUS[status] ?? byRange(refusal)
}

function byRange({ status, message, safe }: Refusal): FlyErrorCode {
  if (status === 408 || status >= 500) return safe ? 'server' : 'ambiguous'
  if (status === 409) return conflict(message)
  if (status === 412) return /version/i.test(message) ? 'stale_version' : 'not_ready'
  if (status < 400) return safe ? 'server' : 'ambiguous'
  return status === 400 && /\bnot found\b/i.test(message) ? 'not_found' : 'validation'
}

function conflict(message: string): FlyErrorCode {
  if (/already exists|already allocated|already been taken|name violation/i.test(message)) {
    return 'validation'
  }
  return /replac|still active|in progress/i.test(message) ? 'not_ready' : 'stale_version'
}
