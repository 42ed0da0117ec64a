import type { Address, Platform } from './invocation.ts'
import type { Change, Clock, MessageRef, Sealer, Store } from './ports.ts'
import type { Block, SaidReply } from './reply.ts'

/** The newest words of one message, until they are delivered. Secrets in it are sealed. */
export interface OutboxRecord {
  readonly key: string
  readonly platform: Platform
  readonly address: Address
  readonly reply: SaidReply
  /** Counts the words that were put; the delivered count follows. */
  readonly rev: number
  readonly delivered: number
  /** Nothing comes after these words. */
  readonly final: boolean
  readonly ref?: MessageRef
  readonly attempts: number
  readonly putAt: number
  /** Not sent before this moment: the platform's interval, or the pause after a failure. */
  readonly notBefore?: number
  /** A message that goes on for long is remembered this much longer than usual, in ms. */
  readonly keepMs?: number
  /** Which words these are, as whoever put them counts. */
  readonly version?: number
  /** Why it was given up. */
  readonly failure?: string
  /** The platform's own words on it. */
  readonly why?: string
  readonly kind?: MessageKind
  readonly lease?: { readonly owner: string; readonly until: number }
  /** Those that are messages of their own: which are dealt with, so that after a kill the rest is sent. */
  readonly files?: FilesSent
  /** Begun and not known to have got there or not: what names it in all its tries, and how many there were. */
  readonly sending?: { readonly id: string; readonly tries: number }
}

/** Ids of a message's files. */
export interface FilesSent {
  /** The words that they belong to. */
  readonly rev: number
  /** How often they were begun with. */
  readonly turns: number
  readonly sent: readonly string[]
  /** What the platform does not take. */
  readonly refused: ReadonlyArray<{ readonly id: string; readonly name: string }>
}

/** What nobody asked for: somebody is called, an incident is shown, something is told. Left out, it is an answer. */
export type MessageKind = 'page' | 'card' | 'news'

/** Where a sender has to choose: the lower, the sooner. */
export const rankOf = ({ kind }: Pick<OutboxRecord, 'kind'>): number =>
  kind === 'page' ? 0 : kind === 'card' ? 1 : 2

/** Its bucket, and the topic of nudges about its messages. */
export const OUTBOX = 'outbox'
/** Words older than this are of no use to anybody (Telegram forgets its own updates after a day, too). */
export const OUTBOX_KEEP_MS = 86_400_000

/** A message is remembered this long after its last words were taken, so that nothing late is said after them. */
const OVER_KEEP_MS = 600_000

/** Words for one message. */
export interface Words {
  readonly key: string
  readonly address: Address
  readonly reply: SaidReply
  readonly final: boolean
  /** Said only where nothing was said yet: words that are true before anything happened must not replace what came after. */
  readonly first?: boolean
  /** Remembered this long after its last words, in place of a day: a message that is edited for as long as something lasts. */
  readonly keepMs?: number
  /** Words of an older version, or of the same one, never replace those that are there. */
  readonly version?: number
  readonly kind?: MessageKind
}

/** Durable words for people: newest wins, delivery is somebody else's. */
export interface Outbox {
  /** With `along`, other entries are written as one with them. */
  readonly put: (words: Words, along?: readonly Change[]) => Promise<void>
  /** What `put` writes, to go along with something else. */
  readonly change: (words: Words) => Change
}

export function createOutbox(deps: {
  readonly store: Store
  readonly sealer: Sealer
  readonly clock: Clock
}): Outbox {
  const { store, sealer, clock } = deps
  const change = (words: Words): Change => {
    const { key, keepMs = OUTBOX_KEEP_MS } = words
    const sealed = { ...words, reply: mapSecrets(words.reply, sealer.seal) }
    const now = clock.now()
    return {
      bucket: OUTBOX,
      id: key,
      change: (current) => recorded(current as OutboxRecord | undefined, sealed, now),
      options: { ttlMs: keepMs, order: now, nudge: OUTBOX },
    }
  }
  return {
    change,
    async put(words, along = []) {
      const { bucket, id, change: made, options } = change(words)
      await store.update(bucket, id, made, { ...options, along })
    },
  }
}

/** The record with these words; nothing where those that are there stay. */
function recorded(
  before: OutboxRecord | undefined,
  { key, address, reply, final, first = false, keepMs, version, kind }: Words,
  now: number,
): OutboxRecord | undefined {
  if (before && (first || (before.final && !final))) return undefined
  if (version !== undefined && (before?.version ?? -1) >= version) return undefined
  return {
    ...before,
    key,
    platform: address.platform,
    address,
    reply,
    rev: (before?.rev ?? 0) + 1,
    delivered: before?.delivered ?? 0,
    final,
    attempts: before?.attempts ?? 0,
    putAt: now,
    ...(keepMs !== undefined && { keepMs }),
    ...(version !== undefined && { version }),
    ...(kind && { kind }),
  }
}

/**
 * Keeps of a message only that its last words were dealt with, and where they are when the platform has just taken them; nothing is changed
 * where somebody has put others meanwhile. Gives what is stored then.
 */
export async function forget(
  store: Store,
  { key, rev }: OutboxRecord,
  { now, taken }: { readonly now: number; readonly taken?: Taken },
): Promise<OutboxRecord | undefined> {
  const after = await store.update(
    OUTBOX,
    key,
    (current) => {
      const record = current as OutboxRecord | undefined
      if (record === undefined || record.rev > rev) return undefined
      const { lease: _, ...rest } = taken ? withPlace(record, taken) : record
      const { tone, locale, title } = record.reply
      return { ...rest, delivered: rev, reply: { tone, locale, title, blocks: [] } }
    },
    // Listed behind everything that is still to be said.
    { ttlMs: OVER_KEEP_MS, order: now + OUTBOX_KEEP_MS },
  )
  return after as OutboxRecord | undefined
}

type Taken = Required<Pick<OutboxRecord, 'ref' | 'notBefore'>>

/** What is known of a message once its platform took words of it. */
export function withPlace(record: OutboxRecord, taken: Taken): OutboxRecord {
  const { lease: _, failure: __, why: ___, sending: ____, ...rest } = record
  return { ...rest, ...taken, attempts: 0 }
}

/** The same reply with every secret value changed: sealed on the way in, opened on the way out. */
export function mapSecrets(reply: SaidReply, change: (value: string) => string): SaidReply {
  const one = (block: Block<string>): Block<string> =>
    block.type === 'secret' ? { ...block, value: change(block.value) } : block
  return { ...reply, blocks: reply.blocks.map(one) }
}
