import type { Address, Platform } from './invocation.ts'
import type { Clock, MessageRef, Sealer, Store } from './ports.ts'
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
  readonly lease?: { readonly owner: string; readonly until: number }
}

export const OUTBOX = 'outbox'
/** Words older than this are of no use to anybody (Telegram forgets its own updates after a day, too). */
export const OUTBOX_KEEP_MS = 86_400_000

/** Durable words for people: newest wins, delivery is somebody else's. */
export interface Outbox {
  readonly put: (message: {
    readonly key: string
    readonly address: Address
    readonly reply: SaidReply
    readonly final: boolean
  }) => Promise<void>
}

export function createOutbox(deps: {
  readonly store: Store
  readonly sealer: Sealer
  readonly clock: Clock
}): Outbox {
  const { store, sealer, clock } = deps
  return {
    async put({ key, address, reply, final }) {
      const sealed = mapSecrets(reply, sealer.seal)
      const now = clock.now()
      await store.update(
        OUTBOX,
        key,
        (current) => {
          const before = current as OutboxRecord | undefined
          if (before?.final && !final) return undefined
          return {
            ...before,
            key,
            platform: address.platform,
            address,
            reply: sealed,
            rev: (before?.rev ?? 0) + 1,
            delivered: before?.delivered ?? 0,
            final,
            attempts: before?.attempts ?? 0,
            putAt: now,
          } satisfies OutboxRecord
        },
        { ttlMs: OUTBOX_KEEP_MS, order: now },
      )
      await store.nudge('outbox', key)
    },
  }
}

/** The same reply with every secret value changed: sealed on the way in, opened on the way out. */
export function mapSecrets(reply: SaidReply, change: (value: string) => string): SaidReply {
  const one = (block: Block<string>): Block<string> =>
    block.type === 'secret' ? { ...block, value: change(block.value) } : block
  return { ...reply, blocks: reply.blocks.map(one) }
}
