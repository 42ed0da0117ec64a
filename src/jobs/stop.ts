import { setTimeout as sleep } from 'node:timers/promises'
import { GRACE_MS } from './lanes.ts'
import { stopping, type Turns } from './turns.ts'

/** Whether `work` ended within `ms`. Real time, so that a stop never hangs; never rejects. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController()
  const ended = work.then(
    () => true,
    () => true,
  )
  const late = sleep(ms, false, { signal: over.signal }).catch(() => false)
  const result = await Promise.race([ended, late])
  over.abort()
  return result
}

/** Waits for the running turns, then aborts them; an engine that does not let go has less time. False when one did not even notice that. */
export async function finish(
  turns: Turns,
  deadlineMs: number,
  ended: Promise<unknown> = turns.idle(),
): Promise<boolean> {
  const isIdle = await within(deadlineMs, turns.idle())
  if (isIdle && (await within(GRACE_MS, ended))) return true
  turns.abortAll(stopping())
  return await within(GRACE_MS, ended)
}
