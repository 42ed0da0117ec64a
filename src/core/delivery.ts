import type { Platform } from './invocation.ts'
import { OUTBOX, OUTBOX_KEEP_MS, mapSecrets, type OutboxRecord } from './outbox.ts'
import {
  type Chat,
  ChatError,
  type Clock,
  type Log,
  type Metrics,
  type Sealer,
  type Store,
} from './ports.ts'

/** A lease outlives the slowest send; a dead process's messages wait this long for another one. */
const LEASE_MS = 30_000
/** Nudges may be lost, so the outbox is looked at this often anyway. */
const LOOK_MS = 15_000
const RETRY_MS = [1000, 2000, 5000, 15_000, 60_000]

export interface Delivery {
  readonly start: () => Promise<void>
  /** Sends what is due now; resolves when it is sent or `deadlineMs` is over. */
  readonly flush: (deadlineMs: number) => Promise<void>
  readonly stop: () => void
}

interface Deps {
  readonly store: Store
  readonly chats: ReadonlyMap<Platform, Chat>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'chatSend'>
  /** Names this process in leases. */
  readonly owner: string
}

/**
 * Carries the outbox to the chats this process speaks for. One sender a message at a time, newest words win, edits keep the platform's
 * interval, rate limits and outages are waited out, and a message is forgotten only when its last words were taken.
 */
export function createDelivery(deps: Deps): Delivery {
  const { store, clock, log } = deps
  const busy = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const stopping = new AbortController()
  let stopListening = () => {}

  const wake = (key: string): void => {
    if (stopping.signal.aborted) return
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
    clock.sleep(ms, stopping.signal).then(
      () => wake(key),
      () => {},
    )
  }
  const look = async (): Promise<void> => {
    const due = await store.list(OUTBOX, { until: clock.now(), limit: 500 })
    for (const { id } of due) wake(id)
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

/** Sends the newest words of one message; gives the pause before it has to be looked at again, or nothing when all is said. */
async function carry(deps: Deps, key: string): Promise<number | undefined> {
  const { store, chats, clock, owner } = deps
  const now = clock.now()
  const record = (await store.get(OUTBOX, key)) as OutboxRecord | undefined
  if (record === undefined || record.delivered >= record.rev) return undefined
  const chat = chats.get(record.platform)
  if (chat === undefined) return undefined
  const held = await lease(store, key, owner, now)
  if (held === undefined) return LEASE_MS
  try {
    const ref = await chat.deliver(held.address, opened(held, deps.sealer), held.ref)
    deps.metrics.chatSend(held.platform, 'ok')
    return await delivered(deps, held, ref, chat.editIntervalMs)
  } catch (error) {
    deps.metrics.chatSend(held.platform, error instanceof ChatError ? error.kind : 'error')
    return await failed(deps, held, error)
  }
}

/** Takes the message for this process; nothing when another one is sending it. */
async function lease(store: Store, key: string, owner: string, now: number) {
  let held: OutboxRecord | undefined
  await store.update(
    OUTBOX,
    key,
    (current) => {
      held = undefined
      const record = current as OutboxRecord | undefined
      const taken = record?.lease && record.lease.owner !== owner && record.lease.until > now
      if (record === undefined || taken || record.delivered >= record.rev) return undefined
      held = { ...record, lease: { owner, until: now + LEASE_MS } }
      return held
    },
    { ttlMs: OUTBOX_KEEP_MS, order: now + LEASE_MS },
  )
  return held as OutboxRecord | undefined
}

async function delivered(
  { store, clock }: Deps,
  sent: OutboxRecord,
  ref: OutboxRecord['ref'],
  intervalMs: number,
): Promise<number | undefined> {
  const after = (await store.update(
    OUTBOX,
    sent.key,
    (current) => {
      const record = current as OutboxRecord | undefined
      if (record === undefined) return undefined
      const { lease: _, ...rest } = record
      return { ...rest, ...(ref && { ref }), delivered: sent.rev, attempts: 0 }
    },
    { ttlMs: OUTBOX_KEEP_MS, order: clock.now() + LEASE_MS },
  )) as OutboxRecord | undefined
  if (after === undefined) return undefined
  if (after.rev > sent.rev) return intervalMs
  if (after.final) await store.remove(OUTBOX, sent.key)
  return undefined
}

/** Waits for what passes, gives up what never will. */
async function failed(deps: Deps, sent: OutboxRecord, error: unknown): Promise<number | undefined> {
  const { store, clock, log } = deps
  const kind = error instanceof ChatError ? error.kind : 'network'
  const data = { err: error, key: sent.key, platform: sent.platform, attempts: sent.attempts }
  if (kind === 'forbidden' || kind === 'gone' || kind === 'invalid') {
    log.error(data, 'message could not be delivered and was given up')
    await store.remove(OUTBOX, sent.key)
    return undefined
  }
  if (kind === 'network') log.warn(data, 'message not delivered, will be tried again')
  const asked = error instanceof ChatError ? error.retryAfterMs : undefined
  const pauseMs = asked ?? RETRY_MS[Math.min(sent.attempts, RETRY_MS.length - 1)] ?? LOOK_MS
  await store.update(
    OUTBOX,
    sent.key,
    (current) => {
      if (current === undefined) return undefined
      const { lease: _, ...rest } = current as OutboxRecord
      return { ...rest, attempts: sent.attempts + 1 }
    },
    { ttlMs: OUTBOX_KEEP_MS, order: clock.now() + pauseMs },
  )
  return pauseMs
}

const opened = (record: OutboxRecord, sealer: Sealer) =>
  mapSecrets(record.reply, (value) => sealer.open(value) ?? '[sealed under another key]')
