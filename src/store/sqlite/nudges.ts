import { randomUUID } from 'node:crypto'
import type { Clock, Store } from '../../core/ports.ts'
import { createListeners } from '../listeners.ts'
import { isDatabaseError, type SqliteDatabase } from './database.ts'
import { createGroupCommit } from './group-commit.ts'

const KEEP_MS = 60_000
/** Finding the old ones reads the whole table, so it is not done at each write. */
const PRUNE_MS = 10_000

interface Row {
  readonly seq: number
  readonly origin: string
  readonly topic: string
  readonly detail: string
}

/** Nudges of this process arrive at once; those of others (the CLI beside the running bot) within 100 ms through a small table. */
export function createSqliteNudges(
  database: SqliteDatabase,
  clock: Clock,
): Pick<Store, 'nudge' | 'onNudge'> & { readonly stop: () => void } {
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

  const fresh = (): Row[] => {
    try {
      return since.all(seen) as unknown as Row[]
    } catch {
      // They are still there at the next look.
      return []
    }
  }
  const look = () => {
    const rows = fresh()
    seen = rows.at(-1)?.seq ?? seen
    for (const { origin, topic, detail } of rows) if (origin !== self) listeners.tell(topic, detail)
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
      return database.write(() => {
        prune()
        return work()
      })
    } finally {
      db.exec('PRAGMA synchronous = FULL')
    }
  }
  const { commit, flush } = createGroupCommit({ write: writeLightly, isFatal: isDatabaseError })

  return {
    async nudge(topic, detail = '') {
      listeners.tell(topic, detail)
      await commit(() => insert.run(self, topic, detail, clock.now()))
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
