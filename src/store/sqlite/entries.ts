import type { Change, Clock, PutOptions, Store } from '../../core/ports.ts'
import { decode, encode } from '../json.ts'
import type { SqliteDatabase } from './database.ts'
import { prepareEntries, type Row } from './entry-statements.ts'
import type { SqliteNudges } from './nudges.ts'

const SWEEP_MS = 60_000

interface Deps {
  readonly database: SqliteDatabase
  readonly clock: Clock
  readonly nudges: Pick<SqliteNudges, 'note'>
}
type Entries = Pick<Store, 'get' | 'put' | 'create' | 'update' | 'take' | 'remove' | 'list'>

/** The buckets. What has expired is never given out, and leaves the file within a minute of any use. */
export function createSqliteEntries({ database, clock, nudges }: Deps): Entries {
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
  /** To be called within the transaction that writes it; gives who is to be told once it is over. */
  const note = (id: string, json: string, options: PutOptions | undefined): readonly Tell[] =>
    options?.nudge === undefined ? [] : [nudges.note(options.nudge, id, () => decode(json))]
  /** Commits, then tells of what was written. */
  const commitAndTell = async <T>(work: (now: number) => readonly [T, readonly Tell[]]) => {
    const [result, told] = await commit(work)
    for (const tell of told) tell()
    return result
  }
  const swap = ({ bucket, id, options }: Change, json: string, at: Swapped): readonly Tell[] => {
    const written = row([bucket, id], json, { options, now: at.now })
    // Without a new life the entry keeps what is left of the old one.
    const expires = options?.ttlMs === undefined ? (at.before?.expires ?? null) : written.expires
    sql.put.run({ ...written, expires })
    return note(id, json, options)
  }

  return {
    get: async (bucket, id) => use((now) => decode(find(bucket, id, now)?.value)),
    async put(bucket, id, value, options) {
      const json = encode(value)
      await commitAndTell((now) => {
        sql.put.run(row([bucket, id], json, { options, now }))
        return [undefined, note(id, json, options)]
      })
    },
    create(bucket, id, value, options) {
      const json = encode(value)
      return commitAndTell((now) => {
        const done = sql.create.run(row([bucket, id], json, { options, now })).changes === 1
        return [done, done ? note(id, json, options) : []]
      })
    },
    update(bucket, id, change, { along = [], ...options } = {}) {
      const all: readonly Change[] = [{ bucket, id, change, options }, ...along]
      return commitAndTell((now) => {
        const before = all.map((one) => find(one.bucket, one.id, now))
        // All of it before the first write: what throws leaves nothing of itself behind.
        const next = all.map((one, i) => encoded(one.change(decode(before[i]?.value))))
        const [first] = next
        if (first === undefined) return [decode(before[0]?.value), []]
        const told = all.flatMap((one, i) => {
          const json = next[i]
          return json === undefined ? [] : swap(one, json, { now, before: before[i] })
        })
        return [decode(first), told]
      })
    },
    take: (bucket, id) =>
      commit((now) => decode((sql.take.get({ bucket, id, now }) as Row | undefined)?.value)),
    async remove(bucket, id) {
      await commit(() => sql.remove.run({ bucket, id }))
    },
    async list(bucket, { until, limit, newestFirst = false } = {}) {
      const statement = newestFirst ? sql.newest : sql.oldest
      const given = { bucket, until: until ?? Number.MAX_VALUE, limit: limit ?? -1 }
      const rows = use((now) => statement.all({ ...given, now }))
      return rows.map(({ id, value, place }) => ({
        id: String(id),
        order: Number(place),
        value: decode(value),
      }))
    },
  }
}

interface Swapped {
  readonly now: number
  readonly before: Row | undefined
}
type Tell = () => void
const encoded = (value: unknown): string | undefined =>
  value === undefined ? undefined : encode(value)

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
