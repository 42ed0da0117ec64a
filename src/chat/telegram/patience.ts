import { ChatError, type Clock, type Metrics } from '../../core/ports.ts'

const TRIES = 4
const LONGEST_MS = 120_000
const NETWORK_MS = 1_000

export interface Patience {
  readonly clock: Clock
  /** Aborted when there is no time left to wait. */
  readonly signal: AbortSignal
  readonly metrics: Metrics
}

/**
 * Sends what no outbox stands behind: waits as long as Telegram asks and tries again, outside of any handler.
 * Other failures, and the last one, are the caller's.
 */
export async function patiently<T>(
  { clock, signal, metrics }: Patience,
  send: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      const sent = await send()
      metrics.chatSend('telegram', 'ok')
      return sent
    } catch (error) {
      metrics.chatSend('telegram', error instanceof ChatError ? error.kind : 'internal')
      const pause = pauseFor(error, tried)
      if (pause === undefined || tried >= TRIES || signal.aborted) throw error
      await clock.sleep(pause, signal)
    }
  }
}

/** How long to wait before the same is tried again; nothing when that is of no use. */
function pauseFor(error: unknown, tried: number): number | undefined {
  if (!(error instanceof ChatError)) return undefined
  if (error.kind === 'network') return NETWORK_MS * 2 ** (tried - 1)
  if (error.kind !== 'rate_limited') return undefined
  const asked = error.retryAfterMs ?? NETWORK_MS
  return asked <= LONGEST_MS ? asked : undefined
}
