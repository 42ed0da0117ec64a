import type { DatabaseSync } from 'node:sqlite'

const POLL_MS = 100

/** Polls a number that SQLite changes with every commit of another connection: 10 reads of memory a second while someone listens. */
export function createWatch(db: DatabaseSync) {
  const listeners = new Set<{ readonly listener: () => void }>()
  const version = db.prepare('PRAGMA data_version')
  let timer: NodeJS.Timeout | undefined
  let seen: unknown

  const look = () => {
    if (!db.isOpen) return
    const now = read()
    if (now === seen) return
    seen = now
    for (const { listener } of listeners) listener()
  }
  const read = (): unknown => {
    try {
      return version.get()?.['data_version']
    } catch {
      // A busy moment: the next look sees it.
      return seen
    }
  }
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  return {
    add(listener: () => void) {
      const entry = { listener }
      listeners.add(entry)
      if (timer === undefined) {
        seen = read()
        timer = setInterval(look, POLL_MS)
      }
      return () => {
        listeners.delete(entry)
        if (listeners.size === 0) stop()
      }
    },
    stop,
  }
}
