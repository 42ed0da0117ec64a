import type { TailPosition } from '../core/logs/tail.ts'
import type { Alert } from '../core/oncall/alert.ts'
import type { Clock, Store } from '../core/ports.ts'
import type { Standing } from '../core/watch/detector.ts'
import { SIGHTS } from '../core/watch/seen-at.ts'
import type { Sight } from '../core/watch/sight.ts'

const KEEP_MS = 7 * 86_400_000
/** What lies so far back is no view to compare with; what was told of stands all the same. */
const OLD_MS = 1_800_000
/** Written at least so often, and at once when something was told. */
const EVERY_MS = 30_000

/** All that whoever goes on with an app has to know. */
export interface WatchRecord {
  readonly sight: Sight | undefined
  readonly standing: readonly Standing[]
  /** Up to where its log was read. */
  readonly position: TailPosition | undefined
  /** From read to read of its log at most, where logs are read in turn; null where each look reads it. */
  readonly logsEveryMs: number | null
  /** What was to be told when this was written, and what was refused so far; whether it was told, nobody knows who reads it. */
  readonly telling?: readonly Alert[]
}
const NEW_RECORD: WatchRecord = {
  sight: undefined,
  standing: [],
  position: undefined,
  logsEveryMs: null,
}

/** What was seen of each app last. */
export interface WatchRecords {
  readonly read: (app: string) => Promise<WatchRecord>
  readonly write: (app: string, record: WatchRecord) => Promise<void>
}

export function createWatchRecords({
  store,
  clock,
}: {
  readonly store: Pick<Store, 'get' | 'put'>
  readonly clock: Pick<Clock, 'now'>
}): WatchRecords {
  return {
    async read(app) {
      const found = (await store.get(SIGHTS, app)) as WatchRecord | undefined
      if (found === undefined) return NEW_RECORD
      const old = found.sight === undefined || clock.now() - found.sight.at > OLD_MS
      const { standing, telling = [] } = found
      return old ? { ...NEW_RECORD, standing, telling } : found
    },
    write: (app, record) => store.put(SIGHTS, app, record, { ttlMs: KEEP_MS }),
  }
}

/** Whether it would be a loss to forget this look: something is no longer so, or it was long ago that one was written. */
export const isWorthWriting = (
  { standing, telling }: WatchRecord,
  after: WatchRecord,
  { writtenAt, now }: { readonly writtenAt: number; readonly now: number },
): boolean =>
  (telling ?? []).length > 0 ||
  standing.length !== after.standing.length ||
  now - writtenAt >= EVERY_MS
