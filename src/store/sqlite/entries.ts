import type { Clock, PutOptions, Store } from '../../core/ports.ts'
import { decode, encode } from '../json.ts'
import type { SqliteDatabase } from './database.ts'
import { prepareEntries, type Row } from './entry-statements.ts'

const SWEEP_MS = 60_000

type Entries = Pick<Store, 'get' | 'put' | 'create' | 'update' | 'take' | 'remove' | 'list'>

/** The buckets. What has expired is never given out, and leaves the file within a minute of any use. */
export function createSqliteEntries(database: SqliteDatabase, clock: Clock): Entries {
  const sql = prepareEntries(database.db)
  let sweepAt = 0

  const sweep = (now: number) => {
    if (now < sweepAt) return
    sweepAt = now + SWEEP_MS
    sql.sweep.run(now)
  }
  const use = <T>(work: (now: number) => T): T => {
    const now = clock.now()
    return database.use(() => {
      sweep(now)
      return work(now)
    })
  }
  const commit = <T>(work: (now: number) => T): Promise<T> =>
    database.commit(() => {
      const now = clock.now()
      sweep(now)
      return work(now)
    })
  const find = (bucket: string, id: string, now: number) =>
    sql.find.get({ bucket, id, now }) as Row | undefined

  return {
    get: async (bucket, id) => use((now) => decode(find(bucket, id, now)?.value)),
    async put(bucket, id, value, options) {
      const json = encode(value)
      await commit((now) => sql.put.run(row([bucket, id], json, { options, now })))
    },
    async create(bucket, id, value, options) {
      const json = encode(value)
      const done = await commit((now) => sql.create.run(row([bucket, id], json, { options, now })))
      return done.changes === 1
    },
    update: (bucket, id, change, options) =>
      commit((now) => {
        const current = find(bucket, id, now)
        const next = change(decode(current?.value))
        if (next === undefined) return decode(current?.value)
        const json = encode(next)
        const written = row([bucket, id], json, { options, now })
        // Without a new life the entry keeps what is left of the old one.
        const expires = options?.ttlMs === undefined ? (current?.expires ?? null) : written.expires
        sql.put.run({ ...written, expires })
        return decode(json)
      }),
    take: (bucket, id) =>
      commit((now) => decode((sql.take.get({ bucket, id, now }) as Row | undefined)?.value)),
    async remove(bucket, id) {
      await commit(() => sql.remove.run({ bucket, id }))
    },
    async list(bucket, { until, limit, newestFirst = false } = {}) {
      const statement = newestFirst ? sql.newest : sql.oldest
      const given = { bucket, until: until ?? Number.MAX_VALUE, limit: limit ?? -1 }
      const rows = use((now) => statement.all({ ...given, now })) as unknown as Row[]
      return rows.map(({ id, value, place }) => ({ id, order: place, value: decode(value) }))
    },
  }
}

interface Written {
  readonly options: PutOptions | undefined
  readonly now: number
}

const row = (
  [bucket, id]: readonly [string, string],
  value: string,
  { options, now }: Written,
) => ({
  bucket,
  id,
  value,
  place: options?.order ?? null,
  expires: options?.ttlMs === undefined ? null : now + options.ttlMs,
  now,
})
