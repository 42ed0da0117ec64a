import type { Store } from '../../core/ports.ts'
import { decode, encode } from '../json.ts'
import { badPlace } from '../streams.ts'
import type { SqliteDatabase } from './database.ts'

/** Append-only streams; ids are whole numbers, never given twice. */
export function createSqliteStreams(
  database: SqliteDatabase,
): Pick<Store, 'append' | 'extend' | 'trim' | 'read'> {
  const { db, use, commit } = database
  const insert = db.prepare('INSERT INTO streams (stream, entry) VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM streams WHERE stream = ? AND seq <= ?')
  const select =
    'SELECT seq, entry FROM streams WHERE stream = ? AND seq > ? AND seq < ? ORDER BY seq'
  const oldest = db.prepare(`${select} LIMIT ?`)
  const newest = db.prepare(`${select} DESC LIMIT ?`)
  const add = (stream: string, json: string) => String(insert.run(stream, json).lastInsertRowid)
  return {
    append: (stream, entry) => {
      const json = encode(entry)
      return commit(() => add(stream, json))
    },
    extend: (stream, next) =>
      commit(() => {
        const last = newest.get(stream, 0, Number.MAX_SAFE_INTEGER, 1)
        const added = next(decode(last?.['entry'])).map(encode)
        return added.map((json) => add(stream, json))
      }),
    trim: async (stream, through) => {
      const place = placeOf(through)
      return Number((await commit(() => remove.run(stream, place))).changes)
    },
    async read(stream, { after = '0', before, limit = -1, newestFirst = false } = {}) {
      const till = before === undefined ? Number.MAX_SAFE_INTEGER : placeOf(before)
      const from = placeOf(after)
      const statement = newestFirst ? newest : oldest
      const rows = use(() => statement.all(stream, from, till, limit))
      return rows.map(({ seq, entry }) => ({ id: String(seq), entry: decode(entry) }))
    },
  }
}

function placeOf(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw badPlace()
  return Number(id)
}
