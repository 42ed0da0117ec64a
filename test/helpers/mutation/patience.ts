import type { Fly } from '../../../src/core/fly.ts'
import type { Clock } from '../../../src/core/ports.ts'
import type { FlyClock } from '../../fakes/fly/clock.ts'

/** Time that jumps for the core only while no call to Fly is under way: a call takes no time, so no limit set beside one may run out. */
export interface Patience {
  readonly clock: Clock
  /** The same client, watched. The fake itself lets time pass for calls that wait for it. */
  readonly watch: (fly: Fly) => Fly
}

export function createPatience(clock: FlyClock): Patience {
  let underWay = 0
  let asleep = 0
  let unpark: (() => void) | undefined
  const look = () => {
    const jump = asleep > 0 && underWay === 0
    if (jump) unpark ??= clock.park()
    else {
      unpark?.()
      unpark = undefined
    }
  }
  const count = async (call: () => Promise<unknown>): Promise<unknown> => {
    underWay += 1
    look()
    try {
      return await call()
    } finally {
      underWay -= 1
      look()
    }
  }
  const watch = (fly: Fly): Fly => ({
    ...new Proxy(fly, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key)
        if (typeof method !== 'function') return method
        return (...args: unknown[]) =>
          count(() => Reflect.apply(method, target, args) as Promise<unknown>)
      },
    }),
    with: (signal, changed) => watch(fly.with(signal, changed)),
  })
  return {
    watch,
    clock: {
      now: clock.now,
      sleep: async (ms, signal) => {
        asleep += 1
        look()
        try {
          await passing(clock, ms, signal)
        } finally {
          asleep -= 1
          look()
        }
      },
    },
  }
}

/** A sleep that does not move time along by itself. */
async function passing(clock: FlyClock, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const cancel = clock.after(ms, resolve)
  const abort = () => reject(signal?.reason as Error)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await promise
  } finally {
    cancel()
    signal?.removeEventListener('abort', abort)
  }
}
