import type { Fly } from '../../../src/core/fly.ts'
import type { Clock, Store } from '../../../src/core/ports.ts'

/**
 * The life of one pretended process. Killed at a point, it does nothing any more: none of its calls is answered, so no `catch` and no
 * `finally` of it runs, as after SIGKILL.
 */
export interface Life {
  /** Every place where it could have been killed so far. */
  readonly points: readonly string[]
  readonly died: Promise<void>
  readonly isDead: () => boolean
  /** Ends it here and now. */
  readonly kill: () => void
  /** False when it dies here or is dead. */
  readonly pass: (point: string) => boolean
}

export function createLife(killAt?: number): Life {
  const points: string[] = []
  const { promise: died, resolve } = Promise.withResolvers<void>()
  let dead = false
  return {
    points,
    died,
    isDead: () => dead,
    kill() {
      dead = true
      resolve()
    },
    pass(point) {
      if (dead) return false
      points.push(point)
      if (points.length - 1 !== killAt) return true
      dead = true
      resolve()
      return false
    },
  }
}

/** Where a call may be cut off: before it has any effect, and when it had its effect but nobody heard of it. */
type Cuts = (method: string, args: readonly unknown[]) => 'none' | 'before' | 'both'

const never = (): Promise<never> => new Promise<never>(() => {})

function mortal<T extends object>(port: T, life: Life, cuts: Cuts): T {
  return new Proxy(port, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key)
      if (typeof method !== 'function' || typeof key !== 'string') return method
      return (...args: unknown[]) => {
        const cut = cuts(key, args)
        const name = `${key} ${args.filter((arg) => typeof arg === 'string').join(' ')}`.trim()
        if (cut !== 'none' && !life.pass(`before ${name}`)) return never()
        if (life.isDead()) return never()
        const given: unknown = Reflect.apply(method, target, args)
        if (!(given instanceof Promise)) return given
        return given.then(
          (value: unknown) => (heard(life, cut, name) ? value : never()),
          (error: unknown) => {
            if (heard(life, cut, name)) throw error
            return never()
          },
        )
      }
    },
  })
}

const heard = (life: Life, cut: ReturnType<Cuts>, name: string): boolean =>
  cut === 'both' ? life.pass(`after ${name}`) : !life.isDead()

const READS: ReadonlySet<string> = new Set([
  'app',
  'machines',
  'machine',
  'wait',
  'events',
  'versions',
  'currentLease',
  'processes',
  'metadata',
  'volumes',
  'snapshots',
  'secrets',
  'addresses',
  'certificates',
  'regions',
  'placements',
  'releases',
  'tokenScopes',
  'logs',
  'metrics',
])

export const mortalFly = (fly: Fly, life: Life): Fly => ({
  ...mortal(fly, life, (method) => (READS.has(method) ? 'before' : 'both')),
  with: (signal, changed) => mortalFly(fly.with(signal, changed), life),
})

const WRITES: ReadonlySet<string> = new Set(['put', 'create', 'update', 'take', 'remove'])
/** What is written for chats and lookups; losing it is the business of other tests. */
const ASIDE: ReadonlySet<unknown> = new Set(['outbox', 'button', 'seen', 'pace'])

export const mortalStore = (store: Store, life: Life): Store =>
  mortal(store, life, (method, [bucket]) =>
    WRITES.has(method) && !ASIDE.has(bucket) ? 'both' : 'none',
  )

export const mortalClock = (clock: Clock, life: Life): Clock => ({
  now: () => clock.now(),
  sleep: async (ms, signal) => {
    await clock.sleep(ms, signal)
    if (life.isDead()) await never()
  },
})
