import type { JobQueue, JobTurn, QueuedJob } from '../../src/core/ports.ts'

export interface MemoryQueue extends JobQueue {
  /** What waits, in order. */
  readonly waiting: () => readonly QueuedJob[]
  /** Takes the next one out, as a worker does. */
  readonly take: () => QueuedJob | undefined
  /** Works off what waits, and what comes while it does; the signal is the turn's. */
  readonly workOff: (
    handler: (turn: JobTurn) => Promise<void>,
    signal?: AbortSignal,
  ) => Promise<void>
}

/** Hands out ids in the order they came; the test is the worker. */
export function createMemoryQueue(): MemoryQueue {
  const waiting = new Map<string, QueuedJob>()
  const take = (): QueuedJob | undefined => {
    const [first] = waiting.values()
    if (first !== undefined) waiting.delete(first.id)
    return first
  }
  return {
    waiting: () => [...waiting.values()],
    take,
    enqueue: async (job) => void (waiting.has(job.id) || waiting.set(job.id, job)),
    remove: async ({ id }) => waiting.delete(id),
    schedule: async () => {},
    unschedule: async () => false,
    work: async () => {},
    counts: async () => ({}),
    health: async () => ({ ok: true, detail: 'In memory.' }),
    close: async () => {},
    drain: async () => {},
    async workOff(handler, signal = new AbortController().signal) {
      for (let job = take(); job !== undefined; job = take())
        await handler({ id: job.id, lane: job.lane, signal })
    },
  }
}
