import { randomUUID } from 'node:crypto'
import type { Clock, Store } from '../../core/ports.ts'
import { createListeners } from '../listeners.ts'
import { isDatabaseError, type SqliteDatabase } from './database.ts'
import { createGroupCommit } from './group-commit.ts'

const KEEP_MS = 60_000
/** Finding the old ones reads the whole table, so it is not done at each write. */
const PRUNE_MS = 10_000

export interface SqliteNudges extends Pick<Store, 'nudge' | 'onNudge'> {
  /** Writes a nudge down within a transaction that is going on; gives the function that tells this process of it once that is over. */
  readonly note: (topic: string, detail: string, written: () => unknown) => () => void
  readonly stop: () => void
}

/** Nudges of this process arrive at once; those of others (the CLI beside the running bot) within 100 ms through a small table. */
export function createSqliteNudges(database: SqliteDatabase, clock: Clock): SqliteNudges {
  const { db, use } = database
  const self = randomUUID()
  const listeners = createListeners()
  const insert = db.prepare('INSERT INTO nudges (origin, topic, detail, at) VALUES (?, ?, ?, ?)')
  const removeOld = db.prepare('DELETE FROM nudges WHERE at < ?')
  const since = db.prepare(
    'SELECT seq, origin, topic, detail FROM nudges WHERE seq > ? ORDER BY seq',
  )
  const newest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'nudges'")
  let stop: (() => void) | undefined
  let seen = 0
  let pruneAt = 0

  const fresh = () => {
    try {
      return since.all(seen)
    } catch {
      // They are still there at the next look.
      return []
    }
  }
  const look = () => {
    const rows = fresh()
    seen = Number(rows.at(-1)?.['seq'] ?? seen)
    for (const { origin, topic, detail } of rows)
      if (origin !== self) listeners.tell(String(topic), String(detail))
  }
  const prune = () => {
    const now = clock.now()
    if (now < pruneAt) return
    pruneAt = now + PRUNE_MS
    removeOld.run(now - KEEP_MS)
  }
  // A hint need not survive a power cut: it is not worth a flush to the disk.
  const writeLightly = <T>(work: () => T): T => {
    db.exec('PRAGMA synchronous = NORMAL')
    try {
      return database.write(work)
    } finally {
      db.exec('PRAGMA synchronous = FULL')
    }
  }
  const { commit, flush } = createGroupCommit({ write: writeLightly, isFatal: isDatabaseError })
  const add = (topic: string, detail: string) => {
    prune()
    insert.run(self, topic, detail, clock.now())
  }

  return {
    async nudge(topic, detail = '') {
      listeners.tell(topic, detail)
      await commit(() => add(topic, detail))
    },
    note(topic, detail, written) {
      add(topic, detail)
      return () => listeners.tell(topic, detail, written)
    },
    onNudge(topic, listener) {
      if (stop === undefined) {
        seen = Number(use(() => newest.get())?.['seq'] ?? 0)
        stop = database.onForeignChange(look)
      }
      return listeners.add(topic, listener)
    },
    stop() {
      stop?.()
      flush()
    },
  }
}
