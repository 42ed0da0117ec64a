import { carry, type CarryDeps, dueNow, LOOK_MS } from './carry.ts'
import { createHolds } from './holds.ts'
import { createLanes } from './lanes.ts'
import { digestLate, isLate } from './late.ts'
import { OUTBOX, type OutboxRecord, rankOf } from './outbox.ts'
import { createPace } from './pace.ts'

export interface Delivery {
  readonly start: () => Promise<void>
  /** Sends what is due now; resolves when it is sent or `deadlineMs` is over. */
  readonly flush: (deadlineMs: number) => Promise<void>
  readonly stop: () => void
}

/** Messages on their way at a time. */
const MOST = 64
/** A chat that took something so lately is open: what is late there is told together. */
const OPEN_MS = 60_000
/** What will be replaced is the least urgent, whatever it is about: those take turns. */
const LEAST = 9
/** As many messages of an earlier process are looked at when this one starts. */
const LEFT = 500

/**
 * Carries the outbox to the chats this process speaks for. One sender a message at a time, newest words win, edits keep the platform's
 * interval and share what their chat bears, rate limits and outages are waited out, and a message is forgotten only when its last words
 * were taken. Each chat gets one at a time, calls of people before cards before everything else.
 */
export function createDelivery(deps: CarryDeps): Delivery {
  const { store, chats, clock, log } = deps
  const busy = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const due = new Map<string, number>()
  const stopping = new AbortController()
  let stopListening = () => {}

  const wake = (key: string, written?: () => unknown): void => {
    // A worker speaks for no chat: looking would only cost the store.
    if (stopping.signal.aborted || chats.size === 0) return
    if (busy.has(key)) return void again.add(key)
    const work = turn(key, written)
      .catch((error: unknown) => {
        log.warn({ err: error, key }, 'outbox message could not be handled')
        return LOOK_MS
      })
      .then((pauseMs) => settle(key, pauseMs))
    busy.set(key, work)
  }
  const holds = createHolds({ clock, signal: stopping.signal, wake })
  const pace = createPace({ clock, signal: stopping.signal, wake })
  const lanes = createLanes(MOST)
  /** When a chat last took something. */
  const opened = new Map<string, number>()

  const turn = async (key: string, written?: () => unknown): Promise<number | undefined> => {
    const record = await dueNow(deps, key, written)
    if (!('rev' in record)) return record.againMs
    const [lane, rank] = [laneOf(record, clock.now()), urgencyOf(record)]
    return lanes.run({ lane, rank }, async () => {
      if (holds.join(lane, { key, rank })) return undefined
      if (isPassing(record) && pace.join(lane, key)) return undefined
      return send(record, lane)
    })
  }
  const send = async (record: OutboxRecord, lane: string): Promise<number | undefined> => {
    const now = clock.now()
    const open = now - (opened.get(lane) ?? -Infinity) < OPEN_MS
    if (open && isLate(record, now) && (await digestLate(deps, record))) return undefined
    const { ok, againMs, holdMs } = await carry(deps, record)
    if (ok && lane !== record.key) took(record, lane)
    if (holdMs === undefined) return againMs
    holds.set(lane, holdMs)
    holds.join(lane, { key: record.key, rank: urgencyOf(record) })
    return undefined
  }
  const took = ({ platform, address }: OutboxRecord, lane: string): void => {
    opened.set(lane, clock.now())
    const everyMs = chats.get(platform)?.chatIntervalMs?.(address)
    if (everyMs !== undefined) pace.spent(lane, everyMs)
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
      stopListening = store.onNudge(OUTBOX, wake)
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

/** Words in a message that is there, which others will replace: of live logs, of what goes on, of a card. */
const isPassing = ({ ref, final }: OutboxRecord): boolean => ref !== undefined && !final
const urgencyOf = (record: OutboxRecord): number => (isPassing(record) ? LEAST : rankOf(record))

/** What has to keep the pace of one chat. An answer to a request goes by the request's own way, past the others. */
function laneOf({ key, address }: OutboxRecord, now: number): string {
  const { platform, chat, handle, until = 0 } = address
  return handle !== undefined && until > now ? key : `${platform} ${chat}`
}
