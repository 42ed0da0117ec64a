/** Gathers what is written in one round of the event loop into one transaction: one flush to the disk for all of it. */
export interface GroupCommit {
  /** Resolves when the work is committed. Work that throws has to do so before it writes; then it fails alone. */
  readonly commit: <T>(work: () => T) => Promise<T>
  /** Writes at once what still waits. */
  readonly flush: () => void
}

/** Tells its caller how it ended, once the transaction is over. */
type Settle = () => void
interface Waiting {
  readonly run: () => Settle
  readonly reject: (error: unknown) => void
}

interface Options {
  /** Runs all of it as one transaction, or throws and leaves nothing of it. */
  readonly write: (work: () => readonly Settle[]) => readonly Settle[]
  /** Whether the failure is the database's, and so the whole transaction's. */
  readonly isFatal: (error: unknown) => boolean
}

export function createGroupCommit({ write, isFatal }: Options): GroupCommit {
  let waiting: Waiting[] = []
  let soon: NodeJS.Immediate | undefined

  const flush = () => {
    clearImmediate(soon)
    soon = undefined
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      for (const settle of write(() => batch.map(({ run }) => run()))) settle()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const attempt = <T>(work: () => T, { resolve, reject }: PromiseWithResolvers<T>): Settle => {
    try {
      const value = work()
      return () => resolve(value)
    } catch (error) {
      if (isFatal(error)) throw error
      return () => reject(error)
    }
  }
  return {
    commit<T>(work: () => T) {
      const ended = Promise.withResolvers<T>()
      waiting.push({ run: () => attempt(work, ended), reject: ended.reject })
      soon ??= setImmediate(flush)
      return ended.promise
    },
    flush,
  }
}
