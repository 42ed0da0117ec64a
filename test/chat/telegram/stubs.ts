import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { Clock, Log, Sealer, Store } from '../../../src/core/ports.ts'

export interface TestClock extends Clock {
  readonly advance: (ms: number) => void
  /** Waits until somebody sleeps for this long and lets them through. */
  readonly pass: (ms: number) => Promise<void>
}

/** Time that stands still until it is moved. */
export function createTestClock(start = Date.UTC(2026, 10, 22)): TestClock {
  const events = new EventEmitter()
  const sleepers = new Set<{
    readonly ms: number
    readonly at: number
    readonly wake: () => void
  }>()
  let now = start
  const advance = (ms: number) => {
    now += ms
    for (const sleeper of sleepers) if (sleeper.at <= now) sleeper.wake()
  }
  return {
    now: () => now,
    advance,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const done = () => void sleepers.delete(sleeper)
        const sleeper = { ms, at: now + ms, wake: () => (done(), resolve()) }
        const abort = () => (done(), reject(signal?.reason as Error))
        if (signal?.aborted) return abort()
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.add(sleeper)
        events.emit('sleep')
      }),
    pass: async (ms) => {
      const find = () => [...sleepers].find((sleeper) => sleeper.ms === ms)
      while (!find()) await once(events, 'sleep')
      advance(ms)
    },
  }
}

/** The parts of a store that the adapter uses, in memory. */
export function createMapStore(clock: Pick<Clock, 'now'>): Store & { readonly size: () => number } {
  const entries = new Map<string, { readonly value: unknown; readonly until: number }>()
  const read = (bucket: string, id: string): unknown => {
    const entry = entries.get(`${bucket}/${id}`)
    return entry && entry.until > clock.now() ? entry.value : undefined
  }
  const write = (bucket: string, id: string, value: unknown, ttlMs = Number.POSITIVE_INFINITY) =>
    void entries.set(`${bucket}/${id}`, {
      value: JSON.parse(JSON.stringify(value)) as unknown,
      until: clock.now() + ttlMs,
    })
  const unused = () => Promise.reject(new Error('not for the adapter'))
  return {
    get: async (bucket, id) => read(bucket, id),
    put: async (bucket, id, value, options) => write(bucket, id, value, options?.ttlMs),
    create: async (bucket, id, value, options) => {
      if (read(bucket, id) !== undefined) return false
      write(bucket, id, value, options?.ttlMs)
      return true
    },
    take: async (bucket, id) => {
      const value = read(bucket, id)
      entries.delete(`${bucket}/${id}`)
      return value
    },
    remove: async (bucket, id) => void entries.delete(`${bucket}/${id}`),
    size: () => entries.size,
    update: async (bucket, id, change, options) => {
      const next = change(read(bucket, id))
      const until = entries.get(`${bucket}/${id}`)?.until ?? Number.POSITIVE_INFINITY
      if (next !== undefined) write(bucket, id, next, options?.ttlMs ?? until - clock.now())
      return read(bucket, id)
    },
    list: unused,
    append: unused,
    extend: unused,
    trim: unused,
    read: unused,
    nudge: unused,
    onNudge: () => () => undefined,
    health: async () => ({ ok: true, detail: 'in memory' }),
    close: async () => undefined,
  }
}

/** Seals nothing, but is as long and as stable as the real one. */
export const testSealer: Sealer = {
  seal: (plain) => `sealed:${Buffer.from(plain).toString('base64')}`,
  open: (sealed) =>
    sealed.startsWith('sealed:') ? Buffer.from(sealed.slice(7), 'base64').toString() : undefined,
  digest: (value) => createHash('sha256').update(value).digest('base64url').slice(0, 22),
}

export interface Logged {
  readonly level: string
  readonly data: object
  readonly message: string
}

/** Keeps what is logged. */
export function createTestLog(lines: Logged[]): Log {
  const at = (level: string) => (data: object, message: string) =>
    void lines.push({ level, data, message })
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return log
}
