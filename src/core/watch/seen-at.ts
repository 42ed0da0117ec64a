import type { Sight } from './sight.ts'

/** Where what was seen of each app last is kept. */
export const SIGHTS = 'watch-sight'

/** What others may read of it. */
export interface SightSeen {
  readonly sight: Sight | undefined
}
