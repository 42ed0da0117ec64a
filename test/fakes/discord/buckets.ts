import type { World } from './world.ts'

const LIMIT = 5
const WINDOW_MS = 5000

export interface Verdict {
  readonly allowed: boolean
  readonly headers: Readonly<Record<string, string>>
}

/** Five calls in five seconds for each kind of call in each channel, told in headers as Discord tells it. */
export function createBuckets(clock: World['clock']): (key: string) => Verdict {
  const buckets = new Map<string, { startedAt: number; used: number }>()
  return (key) => {
    const now = clock.now()
    const open = buckets.get(key)
    const bucket = open && now - open.startedAt < WINDOW_MS ? open : { startedAt: now, used: 0 }
    buckets.set(key, bucket)
    bucket.used += 1
    const resetAfter = ((bucket.startedAt + WINDOW_MS - now) / 1000).toFixed(3)
    const allowed = bucket.used <= LIMIT
    const headers = {
      'x-ratelimit-bucket': `bucket-${key.split(' ')[0] ?? ''}`,
      'x-ratelimit-limit': String(LIMIT),
      'x-ratelimit-remaining': String(Math.max(0, LIMIT - bucket.used)),
      'x-ratelimit-reset-after': resetAfter,
      'x-ratelimit-reset': String((bucket.startedAt + WINDOW_MS) / 1000),
    }
    if (allowed) return { allowed, headers }
    return {
      allowed,
      headers: { ...headers, 'retry-after': resetAfter, 'x-ratelimit-scope': 'user' },
    }
  }
}
