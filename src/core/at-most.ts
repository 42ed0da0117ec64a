import type { Clock } from './ports.ts'

/** Waits for `work`, at most `ms`; what is late goes on unwatched. */
export async function atMost(
  clock: Pick<Clock, 'sleep'>,
  ms: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const timer = new AbortController()
  const late = clock.sleep(ms, timer.signal).catch(() => {})
  try {
    await Promise.race([work(), late])
  } finally {
    timer.abort()
  }
}
