import { setTimeout as sleep } from 'node:timers/promises'

const LONGEST_MS = 60_000

/** What is measured, or a failure when it never comes: a measurement that hangs has to end what it started. */
export async function inTime<T>(
  promise: Promise<T>,
  what: string,
  longestMs = LONGEST_MS,
): Promise<T> {
  const over = new AbortController()
  const late = sleep(longestMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`no ${what} within ${longestMs / 1000} s`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    over.abort()
  }
}
