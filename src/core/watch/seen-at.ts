import type { Sight } from './sight.ts'

/** Where what was seen of each app last is kept. */
export const SIGHTS = 'watch-sight'

/** What others may read of it. */
export interface SightSeen {
  readonly sight: Sight | undefined
  /** As in a record of the watch; left out by versions that read no logs in turn. */
  readonly logsEveryMs?: number | null
}
