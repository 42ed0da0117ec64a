import { carry, type CarryDeps, LOOK_MS } from './carry.ts'
import { OUTBOX } from './outbox.ts'

export interface Delivery {
  readonly start: () => Promise<void>
  /** Sends what is due now; resolves when it is sent or `deadlineMs` is over. */
  readonly flush: (deadlineMs: number) => Promise<void>
  readonly stop: () => void
}

/** As many messages of an earlier process are looked at when this one starts. */
const LEFT = 500

/**
 * Carries the outbox to the chats this process speaks for. One sender a message at a time, newest words win, edits keep the platform's
 * interval, rate limits and outages are waited out, and a message is forgotten only when its last words were taken.
 */
export function createDelivery(deps: CarryDeps): Delivery {
  const { store, chats, clock, log } = deps
  const busy = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const due = new Map<string, number>()
  const stopping = new AbortController()
  let stopListening = () => {}

  const wake = (key: string): void => {
    // A worker speaks for no chat: looking would only cost the store.
    if (stopping.signal.aborted || chats.size === 0) return
    if (busy.has(key)) return void again.add(key)
    const work = carry(deps, key)
      .catch((error: unknown) => {
        log.warn({ err: error, key }, 'outbox message could not be handled')
        return LOOK_MS
      })
      .then((pauseMs) => settle(key, pauseMs))
    busy.set(key, work)
  }
  const settle = (key: string, pauseMs: number | undefined): void => {
    busy.delete(key)
    const more = again.delete(key)
    if (pauseMs !== undefined) later(key, pauseMs)
    else if (more) wake(key)
  }
  const later = (key: string, ms: number): void => {
    const at = clock.now() + ms
    if ((due.get(key) ?? Infinity) <= at) return
    due.set(key, at)
    clock.sleep(ms, stopping.signal).then(
      () => {
        if (due.get(key) === at) due.delete(key)
        wake(key)
      },
      () => {},
    )
  }
  const look = async (): Promise<void> => {
    const entries = await store.list(OUTBOX, { until: clock.now(), limit: 500 })
    for (const { id } of entries) wake(id)
  }
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look().catch(() => {})
      await clock.sleep(LOOK_MS, stopping.signal).catch(() => {})
    }
  }

  return {
    async start() {
      stopListening = store.onNudge('outbox', wake)
      // Also what a dead process had in its hands, though its time has not come.
      const left = await store.list(OUTBOX, { limit: LEFT }).catch(() => [])
      for (const { id } of left) wake(id)
      void watch()
    },
    async flush(deadlineMs) {
      await look().catch(() => {})
      const timer = new AbortController()
      await Promise.race([
        Promise.allSettled(busy.values()),
        clock.sleep(deadlineMs, timer.signal).catch(() => {}),
      ])
      timer.abort()
    },
    stop() {
      stopListening()
      stopping.abort()
    },
  }
}
