import { proofHealth } from '../core/oncall/proof.ts'
import type { Clock, JobQueue, JobTurn, Log, Store } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import { readProof } from './proof.ts'

const KEY = 'B'
const EVERY_MS = 60_000

interface Deps {
  readonly store: Pick<Store, 'get'>
  readonly queue: Pick<JobQueue, 'schedule'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly url: Secret | undefined
  /** Rejects when it is not answered with success. */
  readonly ping: (url: Secret, signal: AbortSignal) => Promise<void>
}

/** Tells a monitor outside that all is well, and nothing when it is not: whoever hears nothing raises the alarm. */
export interface Heartbeat {
  readonly start: () => Promise<void>
  /** A turn of the timer lane whose id begins with `B-`. */
  readonly turn: (turn: Pick<JobTurn, 'signal'>) => Promise<void>
}

export function createHeartbeat({ store, queue, clock, log, url, ping }: Deps): Heartbeat {
  return {
    async start() {
      if (url !== undefined) await queue.schedule({ key: KEY, everyMs: EVERY_MS })
    },
    async turn({ signal }) {
      // One command at a shell may know less than the service beside it.
      if (url === undefined) return
      const record = await readProof(store)
      const { ok, detail } = proofHealth(record, clock.now())
      if (record === undefined || !ok)
        return log.warn({ detail }, 'the heartbeat is held back, because delivery does not work')
      await ping(url, signal).catch((error: unknown) =>
        log.warn({ err: error }, 'the heartbeat was not taken'),
      )
    },
  }
}
