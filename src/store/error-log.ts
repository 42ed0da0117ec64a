import type { Clock, Log } from '../core/ports.ts'
import { describe } from './unavailable.ts'

interface Options {
  readonly log: Log
  readonly clock: Clock
  /** Static, what the errors have in common. */
  readonly message: string
  readonly everyMs?: number
}

/** Logs errors at most once per 10 s with how many there were: a Redis that is full makes 12,000 a second (QUEUE.md §5). */
export function createErrorLog(options: Options): (error: unknown) => void {
  const { log, clock, message, everyMs = 10_000 } = options
  let next = 0
  let count = 0
  return (error) => {
    count++
    if (clock.now() < next) return
    log.warn({ error: describe(error), count }, message)
    next = clock.now() + everyMs
    count = 0
  }
}
