import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './core/ports.ts'

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(Math.min(ms, 2 ** 31 - 1), undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
}
