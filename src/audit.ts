import type { Audit } from './core/audit.ts'
import type { Clock, Log, Store } from './core/ports.ts'

const STREAM = 'audit'

/** Appends every entry to the audit stream and to the log, without making the request wait for it. */
export function createAudit(deps: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}): Audit & { readonly settled: () => Promise<void> } {
  const { store, clock, log } = deps
  const writing = new Set<Promise<unknown>>()
  return {
    record(entry) {
      log.info({ audit: entry }, 'audit')
      // Strangers can make refusals without end; in untrusted places those stay in the log alone.
      if (entry.event === 'refused' && entry.detail === 'place') return
      const write = store
        .append(STREAM, { at: clock.now(), ...entry })
        .catch((error: unknown) => log.error({ err: error }, 'audit entry could not be stored'))
        .finally(() => writing.delete(write))
      writing.add(write)
    },
    settled: async () => void (await Promise.allSettled(writing)),
  }
}
