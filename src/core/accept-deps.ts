import type { Access } from './access.ts'
import type { Audit } from './audit.ts'
import type { Buttons } from './buttons.ts'
import type { Jobs } from './jobs.ts'
import type { Limits } from './limits.ts'
import type { Oncall } from './oncall/oncall.ts'
import type { Outbox } from './outbox.ts'
import type { Clock, Log, Sealer, Store } from './ports.ts'
import type { Registry } from './registry.ts'
import type { Settings } from './settings.ts'

/** What taking in, answering and pressing need. */
export interface AcceptDeps {
  readonly registry: Registry
  readonly apps: readonly string[]
  readonly access: Access
  readonly jobs: Jobs
  readonly buttons: Buttons
  readonly outbox: Outbox
  readonly store: Store
  readonly sealer: Sealer
  readonly audit: Audit
  /** What admins have settled for places; left out where there is nothing to settle. */
  readonly settings?: Settings | undefined
  /** How often secrets are revealed; the dispatcher puts it in. */
  readonly limits?: Pick<Limits, 'reveal'> | undefined
  /** Incidents, for the commands about them; left out in a process that keeps none. */
  readonly oncall?: Oncall | undefined
  readonly clock: Clock
  readonly log: Log
}
