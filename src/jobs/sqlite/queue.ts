import type { Clock, JobQueue, Log } from '../../core/ports.ts'
import { createErrorLog } from '../../store/error-log.ts'
import { openDatabase, type SqliteDatabase } from '../../store/sqlite/database.ts'
import { sqliteHealth } from '../../store/sqlite/store.ts'
import { checkJob, checkSchedule, PAUSES, type Pauses } from '../lanes.ts'
import { createLedger } from './ledger.ts'
import { createOwner } from './owner.ts'
import { createSchedules } from './schedules.ts'
import { QUEUE_SCHEMA } from './schema.ts'
import { prepareQueue } from './statements.ts'
import { type SqliteWorker, startWorker } from './worker.ts'

interface SqliteQueueDeps {
  /** The store's database, or the path of a file that the queue opens and closes itself. */
  readonly database: SqliteDatabase | string
  readonly clock: Clock
  readonly log: Log
  /** Name of this process as a holder of jobs. */
  readonly owner?: string
  /** How long a job stays with a worker that gives no sign of life; 30 s. A process of this machine that is gone is noticed within 1 s. */
  readonly leaseMs?: number
  readonly pauses?: Pauses
}

/** The queue of the embedded engine: one table, for any number of processes on one machine. */
export function createSqliteQueue(deps: SqliteQueueDeps): JobQueue {
  const { database: given, clock, log, leaseMs = 30_000, pauses = PAUSES } = deps
  const database = typeof given === 'string' ? openDatabase(given) : given
  database.migrate('queue', QUEUE_SCHEMA)
  const sql = prepareQueue(database.db)
  const owner = deps.owner ?? createOwner()
  const ledger = createLedger({ database, sql, owner, leaseMs })
  const onError = createErrorLog({ log, clock, message: 'The embedded queue has errors' })
  const schedules = createSchedules(sql)
  let worker: SqliteWorker | undefined

  const drain = async (deadlineMs: number) => {
    const stopping = worker
    worker = undefined
    await stopping?.stop(deadlineMs)
  }
  return {
    async enqueue(job) {
      checkJob(job)
      const due = job.delayMs === undefined || job.delayMs <= 0 ? 0 : clock.now() + job.delayMs
      await database.commit(() => sql.add.run(job.lane, job.id, due))
      worker?.wake()
    },
    remove: async ({ id, lane }) =>
      (await database.commit(() => sql.remove.run(lane, id))).changes === 1,
    async schedule(schedule) {
      checkSchedule(schedule)
      await database.commit(() => schedules.set(schedule, clock.now()))
      worker?.wake()
    },
    unschedule: (key) => database.commit(() => schedules.remove(key)),
    async work(options) {
      if (worker !== undefined) throw new TypeError('this queue is already worked on')
      worker = startWorker(options, { database, ledger, clock, log, leaseMs, pauses, onError })
    },
    counts: async () => {
      const rows = database.use(() => sql.counts.all({ now: clock.now() }))
      return Object.fromEntries(rows.map(({ lane, ...count }) => [String(lane), numbers(count)]))
    },
    health: async () => sqliteHealth(database),
    drain,
    async close() {
      await drain(0)
      if (database !== given) database.close()
    },
  }
}

const numbers = (count: Record<string, unknown>) => ({
  waiting: Number(count['waiting']),
  active: Number(count['active']),
  delayed: Number(count['delayed']),
})
