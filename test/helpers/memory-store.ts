import { OpsError } from '../../src/core/errors.ts'
import type {
  Change,
  Clock,
  Entry,
  ListOptions,
  NudgeListener,
  PutOptions,
  Store,
} from '../../src/core/ports.ts'

interface Row {
  readonly value: string
  readonly order: number
  readonly until: number
}

export interface MemoryStore extends Store {
  /** Called before each operation; a fault thrown here is what the caller gets, and nothing is done. */
  before: (operation: keyof Store, bucket: string, id: string) => void | Promise<void>
  /** Number of entries in a bucket. */
  readonly size: (bucket: string) => number
  /** Everything that is stored, as text: for looking for secrets. */
  readonly dump: () => string
}

/** What a store that can't be reached says. */
export const away = (): OpsError =>
  new OpsError('unavailable', { en: 'The store is away.', 'zh-TW': '儲存暫時無法使用。' })

/** The Store port in a Map, with the meaning of the real ones: JSON values, lives by the clock, an order that first writes keep. */
export function createMemoryStore(clock: Clock): MemoryStore {
  const buckets = new Map<string, Map<string, Row>>()
  const streams = new Map<string, Array<{ readonly id: string; readonly line: string }>>()
  let added = 0
  const listeners = new Map<string, Set<NudgeListener>>()

  const bucketOf = (name: string): Map<string, Row> => {
    const found = buckets.get(name) ?? new Map<string, Row>()
    buckets.set(name, found)
    return found
  }
  const read = (bucket: string, id: string): Row | undefined => {
    const row = bucketOf(bucket).get(id)
    if (row !== undefined && row.until > clock.now()) return row
    bucketOf(bucket).delete(id)
    return undefined
  }
  const write = (
    bucket: string,
    id: string,
    value: unknown,
    options: PutOptions,
    until: number,
  ) => {
    const old = read(bucket, id)
    bucketOf(bucket).set(id, {
      value: JSON.stringify(value),
      order: options.order ?? old?.order ?? clock.now(),
      until,
    })
  }
  const tell = (topic: string, detail: string, written?: () => unknown) => {
    for (const listener of Array.from(listeners.get(topic) ?? [])) listener(detail, written)
  }
  /** A fault of a nudge that goes out with a write is nobody's: it is lost. */
  const tellOf = async (bucket: string, id: string, { nudge }: PutOptions) => {
    if (nudge === undefined) return
    try {
      await store.before('nudge', nudge, id)
    } catch {
      return
    }
    tell(nudge, id, () => parsed(read(bucket, id)))
  }
  const add = (stream: string, entry: unknown): string => {
    const id = String(++added)
    streams.set(stream, [...(streams.get(stream) ?? []), { id, line: JSON.stringify(entry) }])
    return id
  }
  const lifeOf = ({ ttlMs }: PutOptions): number =>
    ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlMs
  const parsed = (row: Row | undefined): unknown => row && (JSON.parse(row.value) as unknown)

  const swap = ({ bucket, id, options = {} }: Change, next: unknown) => {
    const until =
      options.ttlMs === undefined ? (read(bucket, id)?.until ?? lifeOf({})) : lifeOf(options)
    write(bucket, id, next, options, until)
  }

  const store: MemoryStore = {
    before: () => {},
    size: (bucket) => [...bucketOf(bucket).keys()].filter((id) => read(bucket, id)).length,
    dump: () =>
      JSON.stringify([...buckets].map(([name, rows]) => [name, [...rows]])) +
      JSON.stringify([...streams]),
    async get(bucket, id) {
      await store.before('get', bucket, id)
      return parsed(read(bucket, id))
    },
    async put(bucket, id, value, options = {}) {
      await store.before('put', bucket, id)
      write(bucket, id, value, options, lifeOf(options))
      await tellOf(bucket, id, options)
    },
    async create(bucket, id, value, options = {}) {
      await store.before('create', bucket, id)
      if (read(bucket, id) !== undefined) return false
      write(bucket, id, value, options, lifeOf(options))
      await tellOf(bucket, id, options)
      return true
    },
    async update(bucket, id, change, { along = [], ...options } = {}) {
      const all: readonly Change[] = [{ bucket, id, change, options }, ...along]
      for (const one of all) await store.before('update', one.bucket, one.id)
      const next = all.map((one) => one.change(parsed(read(one.bucket, one.id))))
      if (next[0] === undefined) return parsed(read(bucket, id))
      const changed = all.flatMap((one, i) =>
        next[i] === undefined ? [] : [[one, next[i]] as const],
      )
      for (const [one, value] of changed) swap(one, value)
      const after = parsed(read(bucket, id))
      for (const [one] of changed) await tellOf(one.bucket, one.id, one.options ?? {})
      return after
    },
    async take(bucket, id) {
      await store.before('take', bucket, id)
      const row = read(bucket, id)
      bucketOf(bucket).delete(id)
      return parsed(row)
    },
    async remove(bucket, id) {
      await store.before('remove', bucket, id)
      bucketOf(bucket).delete(id)
    },
    async list(bucket, options: ListOptions = {}) {
      await store.before('list', bucket, '')
      return listed(bucketOf(bucket), clock.now(), options)
    },
    async append(stream, entry) {
      await store.before('append', stream, '')
      return add(stream, entry)
    },
    async extend(stream, next) {
      await store.before('extend', stream, '')
      const last = streams.get(stream)?.at(-1)
      return next(last && (JSON.parse(last.line) as unknown)).map((entry) => add(stream, entry))
    },
    async trim(stream, through) {
      await store.before('trim', stream, through)
      const all = streams.get(stream) ?? []
      const kept = all.filter(({ id }) => Number(id) > Number(through))
      streams.set(stream, kept)
      return all.length - kept.length
    },
    async read(stream, { after = '0', before = '1e15', limit = 1e15, newestFirst = false } = {}) {
      await store.before('read', stream, '')
      const found = (streams.get(stream) ?? [])
        .filter(({ id }) => Number(id) > Number(after) && Number(id) < Number(before))
        .map(({ id, line }) => ({ id, entry: JSON.parse(line) as unknown }))
      return (newestFirst ? found.toReversed() : found).slice(0, limit)
    },
    async nudge(topic, detail = '') {
      await store.before('nudge', topic, detail)
      tell(topic, detail)
    },
    onNudge(topic, listener) {
      const those = listeners.get(topic) ?? new Set()
      listeners.set(topic, those.add(listener))
      return () => void those.delete(listener)
    },
    health: async () => ({ ok: true, detail: 'In memory.' }),
    close: async () => {},
  }
  return store
}

function listed(rows: Map<string, Row>, now: number, options: ListOptions): readonly Entry[] {
  const { until = Number.POSITIVE_INFINITY, limit, newestFirst = false } = options
  const found = [...rows]
    .filter(([, row]) => row.until > now && row.order <= until)
    .sort(([a, { order: x }], [b, { order: y }]) => x - y || (a < b ? -1 : 1))
    .map(([id, { value, order }]) => ({ id, value: JSON.parse(value) as unknown, order }))
  return (newestFirst ? found.toReversed() : found).slice(0, limit)
}
