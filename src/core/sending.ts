import type { CarryDeps } from './carry.ts'
import { OUTBOX, OUTBOX_KEEP_MS, type OutboxRecord } from './outbox.ts'

/** A lease outlives the slowest send; a dead process's messages wait this long for another one. */
export const LEASE_MS = 30_000
/** Before the third try of a message whose senders died, and those after it. */
const DIED_MS = [15_000, 60_000]

type Deps = Pick<CarryDeps, 'store' | 'owner' | 'isDead'>

/** Takes the message for this process; nothing when another one is sending it. */
export async function lease(
  { store, owner, isDead = () => false }: Deps,
  { key, keepMs = OUTBOX_KEEP_MS }: OutboxRecord,
  now: number,
): Promise<OutboxRecord | undefined> {
  let held: OutboxRecord | undefined
  await store.update(
    OUTBOX,
    key,
    (current) => {
      held = undefined
      const record = current as OutboxRecord | undefined
      const other = record?.lease?.owner === owner ? undefined : record?.lease
      const taken = other && other.until > now && !isDead(other.owner)
      if (record === undefined || taken || record.delivered >= record.rev) return undefined
      held = { ...record, lease: { owner, until: now + LEASE_MS }, ...begun(record, now) }
      return held
    },
    { ttlMs: keepMs, order: now + LEASE_MS },
  )
  return held as OutboxRecord | undefined
}

/**
 * What names a send in all its tries. Whoever dies in one leaves behind a message that may be there: it is sent again at once, and if that
 * one dies too, later and later, so that a process which dies of it, or at each start, does not fill a chat.
 */
function begun({ sending, rev, ref }: OutboxRecord, now: number) {
  const { id = `${rev}.${now}`, tries = 0 } = sending ?? {}
  const next = { sending: { id, tries: tries + 1 } }
  if (ref !== undefined || tries === 0) return next
  return { ...next, notBefore: now + (DIED_MS[Math.min(tries, DIED_MS.length) - 1] ?? LEASE_MS) }
}

/** Nothing was sent; what an earlier try may have brought there still may be. */
export function untried({ sending, ...rest }: OutboxRecord): OutboxRecord {
  if (sending === undefined || sending.tries <= 1) return rest
  return { ...rest, sending: { ...sending, tries: sending.tries - 1 } }
}
