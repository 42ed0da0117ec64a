import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { seenSince } from './effect.ts'
import type { ConfigRead, ConfigUnread } from './read.ts'

/** Clocks of machines and of Fly's log differ by this much at most. */
const SLACK_MS = 2000

/**
 * Whether the gateway runs on with what it had before this file: it is no JSON5, or its log says that it refused it. When that comes back
 * it has nothing to say, for nothing changes.
 */
export async function isRefusedNow(
  context: WorkContext,
  { id }: Machine,
  read: ConfigRead | ConfigUnread,
): Promise<boolean> {
  if (!read.ok) return false
  const { facts, at } = read.seen
  if (read.parsed === null || facts === null) return facts !== null
  const age = at - facts.changedMs
  return (await seenSince(context, id, context.clock.now() - age - SLACK_MS)).is === 'refused'
}
