import type { Clock, Log } from '../../core/ports.ts'

/** Work that was handed over by a handler and goes on by itself. */
export interface Tasks {
  /** Starts it; what it throws is logged and given to `failed`, never to the caller. */
  readonly run: (work: () => Promise<void>, failed?: () => Promise<void>) => void
  /** Waits for all that runs, at most `ms`; tells whether all ended. */
  readonly drain: (ms: number) => Promise<boolean>
}

export function createTasks(log: Log, clock: Clock): Tasks {
  const running = new Set<Promise<void>>()
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
      const task = guarded(work, failed).finally(() => running.delete(task))
      running.add(task)
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
