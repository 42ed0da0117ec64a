import type { Clock } from './ports.ts'

interface Held {
  readonly until: number
  /** By key, how urgent it is. */
  readonly waiting: Map<string, number>
}

/** Chats that take nothing for a while, because their platform said so. */
export interface Holds {
  readonly set: (lane: string, ms: number) => void
  /** Whether the lane is held; if so the key is woken when it is open again, the most urgent first. */
  readonly join: (lane: string, one: { readonly key: string; readonly rank: number }) => boolean
}

export function createHolds(deps: {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly wake: (key: string) => void
}): Holds {
  const { clock, signal, wake } = deps
  const held = new Map<string, Held>()
  const release = (lane: string): void => {
    const { waiting = new Map<string, number>() } = held.get(lane) ?? {}
    held.delete(lane)
    const keys = [...waiting].sort(([, a], [, b]) => a - b)
    for (const [key] of keys) wake(key)
  }
  return {
    set(lane, ms) {
      const before = held.get(lane)
      const until = Math.max(before?.until ?? 0, clock.now() + ms)
      held.set(lane, { until, waiting: before?.waiting ?? new Map<string, number>() })
      clock.sleep(until - clock.now(), signal).then(
        // A timer may be a moment early by the clock; held again meanwhile, for longer, is another one's turn.
        () => void (held.get(lane)?.until === until && release(lane)),
        () => {},
      )
    },
    join(lane, { key, rank }) {
      const one = held.get(lane)
      // Held until it is released, though its time is over: nobody passes those who wait.
      if (one === undefined) return false
      one.waiting.set(key, rank)
      return true
    },
  }
}
