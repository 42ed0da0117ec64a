import { bring } from './carry-files.ts'
import type { Platform } from './invocation.ts'
import {
  forget,
  mapSecrets,
  OUTBOX,
  OUTBOX_KEEP_MS,
  type OutboxRecord,
  withPlace,
} from './outbox.ts'
import {
  type Chat,
  ChatError,
  type Clock,
  type Log,
  type MessageRef,
  type Metrics,
  type Sealer,
  type Store,
} from './ports.ts'
import { lease, LEASE_MS, untried } from './sending.ts'
import { placed } from './under.ts'

/** Nudges may be lost, so the outbox is looked at this often anyway. */
export const LOOK_MS = 15_000
/** Words under another message look this often whether that is there. */
const UNDER_MS = 2000
const RETRY_MS = [1000, 2000, 5000, 15_000, 60_000]

/** What it takes to bring words to the chats this process speaks for. */
export interface CarryDeps {
  readonly store: Store
  readonly chats: ReadonlyMap<Platform, Chat>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'chatSend'>
  /** Names this process in leases. */
  readonly owner: string
  /** Whether the process of that name is certainly gone: its messages need not wait. */
  readonly isDead?: (owner: string) => boolean
  /** Hears of words that will never get there, before they are forgotten. */
  readonly onLost?: (record: OutboxRecord) => Promise<void>
  /** Hears of words that a platform took. */
  readonly onTaken?: (record: OutboxRecord) => Promise<void>
}

/** What came of one message: when it has to be looked at again (not at all, when all is said), and how its chat is. */
export interface Carried {
  readonly againMs?: number
  /** Nothing more is taken there before that. */
  readonly holdMs?: number
  /** The platform took it. */
  readonly ok?: true
}

/** The record of a message that has to be sent now; otherwise what `carry` would give. What was just `written` is not read again: the lease is of what is stored. */
export async function dueNow(
  { store, chats, clock }: CarryDeps,
  key: string,
  written: () => unknown = () => store.get(OUTBOX, key),
): Promise<OutboxRecord | Carried> {
  const record = (await written()) as OutboxRecord | undefined
  if (record === undefined || record.delivered >= record.rev) return {}
  const chat = chats.get(record.platform)
  if (chat === undefined || chat.serves?.(record.address, record.putAt) === false) return {}
  const waitMs = (record.notBefore ?? 0) - clock.now()
  return waitMs > 0 ? { againMs: waitMs } : record
}

/** Sends the newest words of one message. */
export async function carry(deps: CarryDeps, record: OutboxRecord): Promise<Carried> {
  const { store, chats, clock } = deps
  const chat = chats.get(record.platform)
  if (chat === undefined) return {}
  const address = await placed(store, record.address)
  if (address === undefined) return { againMs: UNDER_MS }
  const held = await lease(deps, record, clock.now())
  if (held === undefined) return { againMs: LEASE_MS }
  const { id = '', tries = 1 } = held.sending ?? {}
  const once = { id: `${held.key} ${id}`, again: tries > 1 }
  const words = opened(held, deps.sealer)
  const bringing = bring(deps, { chat, address: { ...address, once }, held, words })
  const sent = await bringing.then(
    (ref) => ({ ref }),
    (error: unknown) => ({ error }),
  )
  deps.metrics.chatSend(held.platform, resultOf(sent))
  if ('error' in sent) return failed(deps, held, sent.error)
  const againMs = await delivered(deps, held, sent.ref, chat.editIntervalMs)
  await heard(deps, held)
  return { ...again(againMs), ok: true }
}

/** The message is there, whatever comes of telling so. */
async function heard({ onTaken, log }: CarryDeps, record: OutboxRecord): Promise<void> {
  try {
    await onTaken?.(record)
  } catch (error) {
    log.warn({ err: error, key: record.key }, 'nobody could be told that a message was taken')
  }
}

const again = (againMs: number | undefined): Carried => (againMs === undefined ? {} : { againMs })

function resultOf(sent: { readonly error: unknown } | { readonly ref: MessageRef }): string {
  if (!('error' in sent)) return 'ok'
  return sent.error instanceof ChatError ? sent.error.kind : 'error'
}

async function delivered(
  { store, clock }: CarryDeps,
  sent: OutboxRecord,
  ref: MessageRef,
  intervalMs: number,
): Promise<number | undefined> {
  const taken = { ref, notBefore: clock.now() + intervalMs }
  const { keepMs: keep = OUTBOX_KEEP_MS } = sent
  // Last words, as most are, are marked and forgotten as one.
  const over = sent.final ? await forget(store, sent, { now: clock.now(), taken }) : undefined
  if (over && over.rev <= sent.rev) return undefined
  const after = (await store.update(
    OUTBOX,
    sent.key,
    (current) => {
      const record = current as OutboxRecord | undefined
      if (record === undefined) return undefined
      return { ...withPlace(record, taken), delivered: sent.rev }
    },
    // What is edited again some day is listed behind everything that is still to be said.
    { ttlMs: keep, order: clock.now() + (sent.keepMs ?? LEASE_MS) },
  )) as OutboxRecord | undefined
  return after && after.rev > sent.rev ? intervalMs : undefined
}

/** Waits for what passes, gives up what never will. */
async function failed(deps: CarryDeps, sent: OutboxRecord, error: unknown): Promise<Carried> {
  const { store, clock, log } = deps
  const old = clock.now() - sent.putAt > OUTBOX_KEEP_MS
  const kind = old ? 'gone' : error instanceof ChatError ? error.kind : 'network'
  const data = { err: error, key: sent.key, platform: sent.platform, attempts: sent.attempts }
  if (kind === 'forbidden' || kind === 'gone' || kind === 'invalid') {
    log.error(data, 'message could not be delivered and was given up')
    const why = error instanceof Error && !old ? error.message : kind
    return again(await giveUp(deps, { ...sent, failure: kind, why }))
  }
  if (kind === 'network') log.warn(data, 'message not delivered, will be tried again')
  const asked = error instanceof ChatError ? error.retryAfterMs : undefined
  const pauseMs: number = asked ?? RETRY_MS[Math.min(sent.attempts, RETRY_MS.length - 1)] ?? LOOK_MS
  await store.update(
    OUTBOX,
    sent.key,
    (current) => {
      if (current === undefined) return undefined
      const { lease: _, ...rest } = current as OutboxRecord
      const at = { attempts: sent.attempts + 1, notBefore: clock.now() + pauseMs }
      return kind === 'rate_limited' ? { ...untried(rest), ...at } : { ...rest, ...at }
    },
    { ttlMs: sent.keepMs ?? OUTBOX_KEEP_MS, order: clock.now() + pauseMs },
  )
  return { againMs: pauseMs, ...(kind === 'rate_limited' && { holdMs: pauseMs }) }
}

/** Forgets the words that can't be said, and where they were; those that were put meanwhile may be better. */
async function giveUp(
  { store, clock, onLost }: CarryDeps,
  sent: OutboxRecord,
): Promise<number | undefined> {
  await onLost?.(sent)
  const after = (await store.update(OUTBOX, sent.key, (current) => {
    const {
      lease: _,
      ref: __,
      sending: ___,
      files: ____,
      ...rest
    } = (current ?? sent) as OutboxRecord
    return { ...rest, delivered: sent.rev, failure: sent.failure, why: sent.why }
  })) as OutboxRecord
  if (after.rev > sent.rev) return 0
  await forget(store, sent, { now: clock.now() })
  return undefined
}

const opened = (record: OutboxRecord, sealer: Sealer) =>
  mapSecrets(record.reply, (value) => sealer.open(value) ?? '[sealed under another key]')
