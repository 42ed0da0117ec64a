import type { Worker } from 'bullmq'

/** Watches that the jobs of one worker stay its own. */
export interface Locks {
  /** Calls `onLost` when the lock was refused or could not be renewed in time. Gives a function that stops watching. */
  readonly watch: (id: string, onLost: () => void) => () => void
}

/** BullMQ reports a refused renewal; one that hangs because Redis is away it does not, so its time is measured here. */
export function createLocks(worker: Worker, lockMs: number): Locks {
  const watched = new Map<string, { readonly timer: NodeJS.Timeout; readonly onLost: () => void }>()
  worker.on('locksRenewed', ({ jobIds }) => {
    for (const id of jobIds) watched.get(id)?.timer.refresh()
  })
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) watched.get(id)?.onLost()
  })
  return {
    watch(id, onLost) {
      // Renewed every half, and the lock began before the answer arrived.
      const timer = setTimeout(onLost, lockMs * 0.8)
      watched.set(id, { timer, onLost })
      return () => {
        clearTimeout(timer)
        watched.delete(id)
      }
    },
  }
}
