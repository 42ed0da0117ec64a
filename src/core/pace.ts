import { createHolds } from './holds.ts'

/** The share of a chat's allowance that words which are soon replaced by others may take; new words are never kept waiting by it. */
interface Pace {
  /** Counts something that was sent into a chat which bears one in `everyMs`, in ms. */
  readonly spent: (lane: string, everyMs: number) => void
  /** Whether an edit has to wait; if so its key is woken when it is its turn, the one that has waited longest first. */
  readonly join: (lane: string, key: string) => boolean
}

/** So many may come at once after a rest. */
const BURST = 2
/** Nothing that was sent counts for longer: platforms look at the last minute. */
const LONGEST_MS = 60_000

export function createPace(deps: Parameters<typeof createHolds>[0]): Pace {
  const holds = createHolds(deps)
  /** When all that was sent is paid for. */
  const paid = new Map<string, number>()
  return {
    spent(lane, everyMs) {
      const now = deps.clock.now()
      const until = Math.min(Math.max(paid.get(lane) ?? 0, now) + everyMs, now + LONGEST_MS)
      paid.set(lane, until)
      const waitMs = until - BURST * everyMs - now
      if (waitMs > 0) holds.set(lane, waitMs)
    },
    join: (lane, key) => holds.join(lane, { key, rank: 0 }),
  }
}
