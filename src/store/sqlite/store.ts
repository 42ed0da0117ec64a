import type { Clock, Health, Store } from '../../core/ports.ts'
import { openDatabase, type SqliteDatabase } from './database.ts'
import { createSqliteEntries } from './entries.ts'
import { createSqliteNudges } from './nudges.ts'
import { STORE_SCHEMA } from './schema.ts'
import { createSqliteStreams } from './streams.ts'

/** Durable state in one file, for any number of processes on one machine. A `path` is opened and closed by the store, a database stays open. */
export function createSqliteStore(deps: {
  readonly database: SqliteDatabase | string
  readonly clock: Clock
}): Store {
  const { database: given, clock } = deps
  const database = typeof given === 'string' ? openDatabase(given) : given
  database.migrate('store', STORE_SCHEMA)
  const nudges = createSqliteNudges(database, clock)
  const { nudge, onNudge } = nudges
  return {
    ...createSqliteEntries({ database, clock, nudges }),
    ...createSqliteStreams(database),
    nudge,
    onNudge,
    health: async () => sqliteHealth(database),
    async close() {
      nudges.stop()
      if (database !== given) database.close()
    },
  }
}

/** Whether the file can be written: takes the write lock and changes nothing. */
export function sqliteHealth(database: SqliteDatabase): Health {
  try {
    database.write(() => {})
    return { ok: true, detail: 'The embedded database can be read and written.' }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'unknown' }
  }
}
