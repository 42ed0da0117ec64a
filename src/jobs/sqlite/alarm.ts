import type { Clock } from '../../core/ports.ts'

/** Node's timers take no more than 2^31 ms; a longer wait is taken up again. */
const LONGEST_MS = 3_600_000

/** Calls `ring` once after the time set last. */
export function createAlarm(clock: Clock, ring: () => void) {
  let current = new AbortController()
  // With a reason of ours: without one an error with its stack is made each time.
  const stop = () => current.abort(null)
  return {
    stop,
    set(ms: number) {
      stop()
      if (ms === Infinity) return
      current = new AbortController()
      clock.sleep(Math.min(Math.max(ms, 1), LONGEST_MS), current.signal).then(ring, () => {})
    },
  }
}
