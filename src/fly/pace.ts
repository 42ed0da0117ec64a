import type { Clock, Store } from '../core/ports.ts'

/** A budget: so many a second in the long run, and so many at once after a rest. */
export interface Budget {
  readonly perSecond: number
  readonly burst: number
}

/** Shares out turns by budget. Taking a turn is final: whoever does not use it has wasted it. */
export interface Pacer {
  /** Milliseconds to wait before the turn that was taken. */
  readonly take: (key: string, budget: Budget) => Promise<number>
}

/** When the budget is full again, in ms since 1970: all that has to be remembered of a bucket. */
export type Pace = number

/**
 * Takes one turn of a token bucket (in its GCRA form) and says how long to wait for it, in ms. Turns are reserved in order,
 * so several callers who take at the same moment get their places one after another.
 */
export function takeTurn(
  state: Pace | undefined,
  now: number,
  { perSecond, burst }: Budget,
): { readonly state: Pace; readonly waitMs: number } {
  const interval = 1000 / perSecond
  const next = Math.max(state ?? now, now) + interval
  return { state: next, waitMs: Math.max(0, next - burst * interval - now) }
}

const SWEEP_AT = 2000

/** Paces the calls of one process. */
export function createMemoryPacer(clock: Clock): Pacer {
  const states = new Map<string, Pace>()
  return {
    take: async (key, budget) => {
      const now = clock.now()
      if (states.size >= SWEEP_AT) forgetFull(states, now)
      const turn = takeTurn(states.get(key), now, budget)
      states.set(key, turn.state)
      return turn.waitMs
    },
  }
}

function forgetFull(states: Map<string, Pace>, now: number): void {
  for (const [key, state] of states) if (state <= now) states.delete(key)
}

// Longer than any queue of reserved turns lasts; a key forgotten too early would give its budget twice.
const TTL_MS = 900_000

/** Paces all processes on one store with one budget. While the store does not answer, each paces itself. */
export function createSharedPacer(store: Store, clock: Clock): Pacer {
  const alone = createMemoryPacer(clock)
  return {
    take: async (key, budget) => {
      const now = clock.now()
      const change = (state: unknown) =>
        takeTurn(typeof state === 'number' ? state : undefined, now, budget).state
      try {
        const stored = await store.update('pace', key, change, { ttlMs: TTL_MS })
        return waitOf(stored, now, budget)
      } catch {
        return await alone.take(key, budget)
      }
    },
  }
}

/** The wait that belongs to a stored state, so that `change` stays pure and may run more than once. */
function waitOf(state: unknown, now: number, { perSecond, burst }: Budget): number {
  if (typeof state !== 'number') return 0
  return Math.max(0, state - (burst * 1000) / perSecond - now)
}
