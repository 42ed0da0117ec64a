import { chmodSync, closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OpsError } from '../../core/errors.ts'
import { tr } from '../../core/text.ts'
import { makeDirectory } from '../make-directory.ts'
import { sqliteUnavailable } from '../unavailable.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'
import { createWatch } from './watch.ts'

/** One file of the embedded engine, shared by the store and the queue of one process. All calls are synchronous and short. */
export interface SqliteDatabase {
  /** For preparing statements once; run them inside `use` or `write`. */
  readonly db: DatabaseSync
  /** Runs reads or one statement; failures of the database become `OpsError('unavailable')`. */
  readonly use: <T>(work: () => T) => T
  /** Runs several statements as one transaction that holds the write lock from its start. */
  readonly write: <T>(work: () => T) => T
  /** One write, in one transaction with all that are asked for in the same round of the event loop; see `GroupCommit`. */
  readonly commit: GroupCommit['commit']
  /** Brings the tables of one part up to date: step n is run once, ever. */
  readonly migrate: (part: string, steps: readonly string[]) => void
  /** Tells when another connection, of this or another process, has committed; within 100 ms. Gives a function that stops it. */
  readonly onForeignChange: (listener: () => void) => () => void
  readonly close: () => void
}

/** How long a statement waits for another process' transaction; ours take about a millisecond. */
const BUSY_MS = 5000

/** Opens or creates the file, readable by its owner only. For one machine: a file on a network share would be damaged. */
export function openDatabase(path: string): SqliteDatabase {
  const db = guard(() => {
    makeDirectory(dirname(path))
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    // The busy timeout has to stand before the change to WAL, or a second process fails with "database is locked".
    const opened = new DatabaseSync(path, { timeout: BUSY_MS })
    opened.exec('PRAGMA journal_mode = WAL')
    opened.exec('PRAGMA synchronous = FULL')
    return opened
  })
  const use = <T>(work: () => T): T => guard(work)
  const write = <T>(work: () => T): T => guard(() => transaction(db, work))
  const { commit, flush } = createGroupCommit({ write, isFatal: isDatabaseError })
  const watch = createWatch(db)
  return {
    db,
    use,
    write,
    commit,
    migrate: (part, steps) => write(() => migrate(db, part, steps)),
    onForeignChange: (listener) => watch.add(listener),
    close() {
      watch.stop()
      if (!db.isOpen) return
      flush()
      db.close()
    },
  }
}

function guard<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw isDatabaseError(error) ? sqliteUnavailable(error) : error
  }
}

export const isDatabaseError = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_SQLITE_ERROR' ||
    error.code === 'ERR_INVALID_STATE' ||
    ('syscall' in error && 'path' in error))

function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function migrate(db: DatabaseSync, part: string, steps: readonly string[]): void {
  db.exec('CREATE TABLE IF NOT EXISTS parts (part TEXT PRIMARY KEY, version INTEGER NOT NULL)')
  const row = db.prepare('SELECT version FROM parts WHERE part = ?').get(part)
  const version = Number(row?.['version'] ?? 0)
  if (version > steps.length) throw tooNew()
  for (const step of steps.slice(version)) db.exec(step)
  db.prepare('INSERT OR REPLACE INTO parts (part, version) VALUES (?, ?)').run(part, steps.length)
}

const tooNew = (): OpsError =>
  new OpsError(
    'conflict',
    tr(
      'The embedded database was written by a newer version of openclaw-ops. Run that version, or start with another OPS_STATE_DIR.',
      '內建資料庫由較新版本的 openclaw-ops 寫入。請執行該版本，或改用其他 OPS_STATE_DIR。',
    ),
  )
