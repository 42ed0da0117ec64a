import type { Clock, Log } from '../../core/ports.ts'

/** Work that was handed over by a handler and goes on by itself. */
export interface Tasks {
  /**
   * Starts it; what it throws is logged and given to `failed`, never to the caller. It calls `accepted` once what it was given
   * can't get lost any more; at its end it counts as accepted anyway.
   */
  readonly run: (
    work: (accepted: () => void) => Promise<void>,
    failed?: () => Promise<void>,
  ) => void
  /** Waits until all that was started before is accepted, at most `ms` or until the signal; tells whether all was. */
  readonly accepted: (ms: number, signal?: AbortSignal) => Promise<boolean>
  /** Waits for all that runs, at most `ms`; tells whether all ended. */
  readonly drain: (ms: number) => Promise<boolean>
}

export function createTasks(log: Log, clock: Clock): Tasks {
  const running = new Set<Promise<void>>()
  const open = new Set<Promise<void>>()
  const guarded = async (work: () => Promise<void>, failed?: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      log.error({ err: error }, 'a Telegram update could not be handled')
      await failed?.().catch((second: unknown) =>
        log.warn({ err: second }, 'nor could that be told'),
      )
    }
  }
  const settled = async () => {
    while (running.size > 0) await Promise.all(running)
  }
  return {
    run: (work, failed) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const accepted = promise.then(() => void open.delete(accepted))
      open.add(accepted)
      const task = guarded(() => work(resolve), failed).finally(() => {
        resolve()
        running.delete(task)
      })
      running.add(task)
    },
    accepted: async (ms, signal) => {
      if (open.size === 0) return true
      const late = new AbortController()
      const until = signal ? AbortSignal.any([late.signal, signal]) : late.signal
      const no = () => false
      const enough = clock.sleep(ms, until).then(no, no)
      // those that are open now: what comes while it waits is asked about by whoever brought it
      const all = Promise.all(open).then(() => true)
      return Promise.race([all, enough]).finally(() => late.abort())
    },
    drain: async (ms) => {
      const late = new AbortController()
      const timer = clock.sleep(ms, late.signal).catch(() => undefined)
      await Promise.race([settled(), timer])
      late.abort()
      return running.size === 0
    },
  }
}
