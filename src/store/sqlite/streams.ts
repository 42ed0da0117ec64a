import type { Store } from '../../core/ports.ts'
import { decode, encode } from '../json.ts'
import { badPlace } from '../streams.ts'
import type { SqliteDatabase } from './database.ts'

interface Row {
  readonly seq: number
  readonly entry: string
}

/** Append-only streams; ids are whole numbers. */
export function createSqliteStreams(database: SqliteDatabase): Pick<Store, 'append' | 'read'> {
  const { db, use, commit } = database
  const append = db.prepare('INSERT INTO streams (stream, entry) VALUES (?, ?)')
  const select = 'SELECT seq, entry FROM streams WHERE stream = ? AND seq > ? ORDER BY seq'
  const oldest = db.prepare(`${select} LIMIT ?`)
  const newest = db.prepare(`${select} DESC LIMIT ?`)
  return {
    async append(stream, entry) {
      const json = encode(entry)
      return String((await commit(() => append.run(stream, json))).lastInsertRowid)
    },
    async read(stream, { after = '0', limit = -1, newestFirst = false } = {}) {
      if (!/^\d{1,15}$/.test(after)) throw badPlace()
      const statement = newestFirst ? newest : oldest
      const rows = use(() => statement.all(stream, Number(after), limit)) as unknown as Row[]
      return rows.map(({ seq, entry }) => ({ id: String(seq), entry: decode(entry) }))
    },
  }
}
