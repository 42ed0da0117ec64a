import type { Address } from './invocation.ts'
import { OUTBOX, type OutboxRecord } from './outbox.ts'
import type { Store } from './ports.ts'

/**
 * Where words go that stand under another message: beside it, once it is there. Nothing while it is still on its way. Where it never came
 * or is remembered no more, they stand by themselves.
 */
export async function placed(
  store: Pick<Store, 'get'>,
  address: Address,
): Promise<Address | undefined> {
  const { under, thread, ...alone } = address
  if (under === undefined) return address
  const record = (await store.get(OUTBOX, under)) as OutboxRecord | undefined
  if (record === undefined || record.failure !== undefined) return alone
  if (record.ref === undefined) return undefined
  return { ...alone, replyTo: record.ref.message, ...(thread !== undefined && { thread }) }
}
