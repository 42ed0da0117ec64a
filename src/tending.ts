import { createAnchorPost } from './audit-post.ts'
import { createAuditTend } from './audit-tend.ts'
import { createCensusTend } from './census.ts'
import type { Config } from './config/config.ts'
import type { AcceptDeps } from './core/accept-deps.ts'
import { createForgeries, type Forgeries } from './core/audit/forged.ts'
import type { Census } from './core/census.ts'
import type { Platform } from './core/invocation.ts'
import type { Settings } from './core/settings.ts'

const DAY_MS = 86_400_000

/** What a process that stays sees to from time to time; each may be called as often as one likes. */
export interface Tending {
  /** Anchors the audit and removes what is too old, when that is due. */
  readonly tendAudit: () => Promise<void>
  /** Looks whether those whom rules name are there still, when that is due. */
  readonly tendPlaces: ReturnType<typeof createCensusTend>
  /** Puts requests that were not from whom they said into the record. */
  readonly forged: Forgeries
}

interface Deps extends AcceptDeps {
  readonly config: Config
  readonly settings: Settings
  readonly census: ReadonlyMap<Platform, Census>
}

export function createTending(deps: Deps): Tending {
  const { config, audit, clock } = deps
  const { locale } = config
  return {
    forged: createForgeries({ audit, now: clock.now }),
    tendAudit: createAuditTend({
      ...deps,
      keepMs: config.auditDays * DAY_MS,
      post: createAnchorPost({ ...deps, locale }),
    }),
    tendPlaces: createCensusTend({ ...deps, locale }),
  }
}
