import type { DatabaseSync } from 'node:sqlite'

export interface Row {
  readonly id: string
  readonly value: string
  readonly place: number
  readonly expires: number | null
}

const LIVES = '(expires IS NULL OR expires > :now)'
const INSERT = `
  INSERT INTO entries (bucket, id, value, place, expires)
  VALUES (:bucket, :id, :value, coalesce(:place, :now), :expires)
  ON CONFLICT (bucket, id) DO UPDATE SET value = excluded.value, expires = excluded.expires,`
const SELECT = `
  SELECT id, value, place FROM entries
  WHERE bucket = :bucket AND place <= :until AND ${LIVES}`

/** The statements of the buckets, compiled once. An entry that has expired counts as not there, also for its place. */
export function prepareEntries(db: DatabaseSync) {
  return {
    find: db.prepare(
      `SELECT id, value, place, expires FROM entries WHERE bucket = :bucket AND id = :id AND ${LIVES}`,
    ),
    put: db.prepare(`${INSERT}
      place = coalesce(:place, CASE WHEN ${LIVES} THEN place ELSE :now END)`),
    create: db.prepare(`${INSERT} place = excluded.place WHERE NOT ${LIVES}`),
    take: db.prepare(
      `DELETE FROM entries WHERE bucket = :bucket AND id = :id AND ${LIVES} RETURNING value`,
    ),
    remove: db.prepare('DELETE FROM entries WHERE bucket = :bucket AND id = :id'),
    oldest: db.prepare(`${SELECT} ORDER BY place, id LIMIT :limit`),
    newest: db.prepare(`${SELECT} ORDER BY place DESC, id DESC LIMIT :limit`),
    sweep: db.prepare('DELETE FROM entries WHERE expires <= ?'),
  }
}
