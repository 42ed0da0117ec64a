import type { FlyClock } from './clock.ts'

/** 1/s with a burst of 3 for each action and id; reading one machine 5/s with a burst of 10; app deletions 100 a minute. */
export function createRateLimits(clock: FlyClock): (action: string, id: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return (action, id) => {
    const { perSecond, burst } = rateOf(action)
    const key = action === 'app.delete' ? action : `${action} ${id}`
    const now = clock.now()
    const bucket = buckets.get(key) ?? { tokens: burst, at: now }
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * perSecond
    const tokens = Math.min(burst, refilled)
    const allowed = tokens >= 1
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now })
    return allowed
  }
}

function rateOf(action: string): { readonly perSecond: number; readonly burst: number } {
  if (action === 'machine.get') return { perSecond: 5, burst: 10 }
  if (action === 'app.delete') return { perSecond: 100 / 60, burst: 100 }
  return { perSecond: 1, burst: 3 }
}
