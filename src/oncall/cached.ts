import type { Clock, Log, Store } from '../core/ports.ts'

/** Nudges may be lost: what is older than this is read again. */
const KEEP_MS = 15_000

export interface CachedDeps<T> {
  readonly store: Pick<Store, 'onNudge'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** What tells that it changed. */
  readonly topic: string
  readonly read: () => Promise<T>
}

/** Something of the store with a copy at hand. Rejects only while it was never read: an old copy is better than nobody being told. */
export function createCached<T>({ store, clock, log, topic, read }: CachedDeps<T>): {
  readonly get: () => Promise<T>
  readonly stop: () => void
} {
  let copy: { value: T; until: number } | undefined
  let changes = 0
  const stop = store.onNudge(topic, () => {
    changes += 1
    if (copy) copy = { ...copy, until: 0 }
  })

  const fresh = async (): Promise<T> => {
    const before = changes
    const value = await read()
    // What changed while it was read may not be in it.
    copy = { value, until: before === changes ? clock.now() + KEEP_MS : 0 }
    return value
  }
  return {
    stop,
    async get() {
      if (copy && copy.until > clock.now()) return copy.value
      try {
        return await fresh()
      } catch (error) {
        if (copy === undefined) throw error
        log.warn({ err: error, topic }, 'the copy at hand stands in for what could not be read')
        return copy.value
      }
    },
  }
}
