import type { Clock } from '../../src/core/ports.ts'

/** A time that stands still until the test moves it. */
export interface TestClock extends Clock {
  /** Moves on, ending every sleep on its way in order; waits for what each of them sets off. */
  readonly advance: (ms: number) => Promise<void>
  /** How many are asleep. */
  readonly sleepers: () => number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

export const START = Date.UTC(2026, 10, 22, 12)

export function createTestClock(start = START): TestClock {
  let now = start
  const asleep = new Set<Sleeper>()
  return {
    now: () => now,
    sleepers: () => asleep.size,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const stop = () => {
          asleep.delete(sleeper)
          reject(signal?.reason)
        }
        const wake = () => {
          asleep.delete(sleeper)
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        const sleeper = { at: now + ms, wake }
        asleep.add(sleeper)
        signal?.addEventListener('abort', stop, { once: true })
      })
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const [next] = [...asleep].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        now = Math.max(now, next.at)
        next.wake()
        await settle()
      }
      now = end
    },
  }
}

/** Lets everything run that needs no time: a few turns of the loop, so that chains of promises come to their end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}
