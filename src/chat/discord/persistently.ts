import { ChatError, type Clock } from '../../core/ports.ts'

/** Pauses before the same edit of an answer is tried again, in ms; what a rate limit asks for goes before. */
const PAUSES_MS = [1000, 4000, 10_000]

/** No queue stands behind an immediate answer, so what passes is waited out here; the token outlives all pauses. */
export async function persistently(clock: Clock, send: () => Promise<unknown>): Promise<void> {
  for (const pauseMs of PAUSES_MS) {
    try {
      await send()
      return
    } catch (error) {
      const passes = error instanceof ChatError && /^(network|rate_limited)$/.test(error.kind)
      if (!passes) throw error
      await clock.sleep(error.retryAfterMs ?? pauseMs)
    }
  }
  await send()
}
