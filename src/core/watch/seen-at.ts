import type { Alert } from '../oncall/alert.ts'
import type { Standing } from './detector.ts'
import type { Sight } from './sight.ts'

/** Where what was seen of each app last is kept. */
export const SIGHTS = 'watch-sight'

/** What others may read of it. */
export interface SightSeen {
  readonly sight: Sight | undefined
  readonly standing?: readonly Standing[]
  /** What is still to be told. */
  readonly telling?: readonly Alert[]
  /** As in a record of the watch; left out by versions that read no logs in turn. */
  readonly logsEveryMs?: number | null
}
