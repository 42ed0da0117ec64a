import type { Config } from './config/config.ts'
import type { AcceptDeps } from './core/accept-deps.ts'
import type { Fly } from './core/fly.ts'
import type { Pacer } from './fly/pace.ts'
import type { Gateway } from './core/gateway.ts'
import type { JobRecord } from './core/job-record.ts'
import type { Tails } from './core/logs/tail.ts'
import type { Clock, JobQueue, Metrics, WatchMetrics } from './core/ports.ts'
import { DETECTORS } from './core/watch/detectors.ts'
import { isDead } from './jobs/sqlite/owner.ts'
import { createLogReads } from './log-reads.ts'
import type { OncallParts } from './oncall/index.ts'
import { createWatch, type Watch } from './watch/index.ts'
import { createLines } from './watch/lines.ts'
import { createOwners } from './watch/owners.ts'
import { createWatchRecords } from './watch/records.ts'
import { createRemedy } from './watch/remedy.ts'
import { createRuleBook } from './watch/rule-book.ts'

/** Commands lately accepted are read once for the looks of so many ms. */
const RECENT_MS = 5000
const RECENT = 100

interface Deps extends AcceptDeps {
  readonly config: Pick<Config, 'locale' | 'redact'>
  readonly queue: Pick<JobQueue, 'schedule'>
  readonly owner: string
  readonly fly: Fly
  readonly gateway: Gateway
  readonly tails: Tails
  /** Whether lines of logs come by the live stream. */
  readonly live: boolean
  readonly pacer: Pacer
  readonly metrics: Metrics & WatchMetrics
  readonly incidents: OncallParts
}

/** The bot's own look-out over the apps it manages. */
export function createWatching(deps: Deps): Watch {
  const { config, incidents, jobs, clock } = deps
  const book = createRuleBook(deps)
  return createWatch({
    ...deps,
    book,
    detectors: DETECTORS,
    intake: incidents.intake,
    owners: createOwners({ ...deps, isDead }),
    records: createWatchRecords(deps),
    lines: createLines({
      ...deps,
      ...createLogReads(deps),
      patterns: config.redact,
      onPrinted: deps.metrics.secretsPrinted,
    }),
    recent: createRecent(() => jobs.recent(RECENT), clock),
    remedy: createRemedy({ ...deps, book, oncall: incidents.oncall, locale: config.locale }),
    random: Math.random,
  })
}

/** The same list for all who ask within a few seconds. */
function createRecent(
  read: () => Promise<readonly JobRecord[]>,
  clock: Pick<Clock, 'now'>,
): () => Promise<readonly JobRecord[]> {
  let kept: { readonly list: Promise<readonly JobRecord[]>; readonly until: number } | undefined
  return () => {
    if (kept === undefined || clock.now() >= kept.until) {
      const list = read()
      kept = { list, until: clock.now() + RECENT_MS }
      // What could not be read is read anew by whoever asks next.
      list.catch(() => (kept = undefined))
    }
    return kept.list
  }
}
