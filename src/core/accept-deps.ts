import type { Access } from './access.ts'
import type { Audit } from './audit.ts'
import type { Buttons } from './buttons.ts'
import type { Jobs } from './jobs.ts'
import type { Outbox } from './outbox.ts'
import type { Clock, Log, Sealer, Store } from './ports.ts'
import type { Registry } from './registry.ts'

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
  readonly clock: Clock
  readonly log: Log
}
