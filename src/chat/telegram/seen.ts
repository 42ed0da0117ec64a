import type { Clock } from '../../core/ports.ts'

/**
 * Ids that were handled, each for a time. A set and not a highest number, because after a quiet week Telegram starts
 * counting anywhere. Bounded: the oldest give way.
 */
export interface Seen {
  /** True for whoever comes first. */
  readonly claim: (id: string) => boolean
  /** Lets the id be claimed again. */
  readonly release: (id: string) => void
}

export function createSeen(options: {
  readonly ttlMs: number
  readonly max: number
  readonly clock: Pick<Clock, 'now'>
}): Seen {
  const { ttlMs, max, clock } = options
  const until = new Map<string, number>()
  const forget = () => {
    for (const [id, end] of until) {
      if (end > clock.now() && until.size < max) return
      until.delete(id)
    }
  }
  return {
    claim: (id) => {
      forget()
      if (until.has(id)) return false
      until.set(id, clock.now() + ttlMs)
      return true
    },
    release: (id) => void until.delete(id),
  }
}
