import type { Clock, JobQueue, Log } from '../../core/ports.ts'
import type { SqliteDatabase } from '../../store/sqlite/database.ts'
import { lanesOf, type Pauses } from '../lanes.ts'
import { finish } from '../stop.ts'
import { createTurns, lost } from '../turns.ts'
import { createAlarm } from './alarm.ts'
import type { Ledger } from './ledger.ts'
import { createSlots, type Slots } from './slots.ts'

/** Dead owners are noticed, and our leases looked after, at least this often. */
const TICK_MS = 1000
const FORGET_MS = 60_000

interface WorkerDeps {
  readonly database: SqliteDatabase
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Log
  readonly leaseMs: number
  readonly pauses: Pauses
  /** Where failures of the database go that nobody waits for. */
  readonly onError: (error: unknown) => void
}

/** The working half of the queue in one process. */
export interface SqliteWorker {
  /** Looks for work soon; many calls are one look. */
  readonly wake: () => void
  readonly stop: (deadlineMs: number) => Promise<void>
}

/** Starts working at once, after taking back what dead processes of this machine held. */
export function startWorker(
  options: Parameters<JobQueue['work']>[0],
  deps: WorkerDeps,
): SqliteWorker {
  const { clock, onError } = deps
  const turns = createTurns({ ...deps, handler: options.handler })
  const lanes = lanesOf(options.apps)
  const rouse = createRouser(() => look())
  const slots = createSlots({ ...deps, lanes, reads: options.reads, turns, onFree: rouse.wake })
  const alarm = createAlarm(clock, rouse.wake)
  const tend = createTender({ ...deps, slots, abortAll: () => turns.abortAll(lost()) })
  let open = true

  const look = () =>
    safely(onError, () => {
      slots.settle()
      if (open) slots.fill()
      alarm.set(open ? slots.nextDue() : Infinity)
    })
  const tick = () => {
    tend()
    rouse.wake()
  }

  const unwatch = deps.database.onForeignChange(rouse.wake)
  const ticker = setInterval(tick, Math.min(TICK_MS, deps.leaseMs / 3))
  tick()
  return {
    wake: rouse.wake,
    async stop(deadlineMs) {
      open = false
      alarm.stop()
      await finish(turns, deadlineMs, slots.idle())
      clearInterval(ticker)
      unwatch()
      rouse.stop()
      safely(onError, slots.settle)
    },
  }
}

function safely(onError: (error: unknown) => void, work: () => void): void {
  try {
    work()
  } catch (error) {
    onError(error)
  }
}

interface Rouser {
  readonly wake: () => void
  readonly stop: () => void
}

/** Turns many calls into one look in the next round of the event loop. */
function createRouser(look: () => void): Rouser {
  let soon: NodeJS.Immediate | undefined
  let stopped = false
  return {
    wake() {
      if (stopped) return
      soon ??= setImmediate(() => {
        soon = undefined
        look()
      })
    },
    stop() {
      stopped = true
      clearImmediate(soon)
    },
  }
}

interface TenderDeps extends WorkerDeps {
  readonly slots: Slots
  readonly abortAll: () => void
}

/** Looks after leases: prolongs ours, takes back those of the dead, forgets old jobs. */
function createTender({ ledger, clock, leaseMs, slots, abortAll, onError }: TenderDeps) {
  let renewed = clock.now()
  let forgetAt = 0
  const tend = (now: number) => {
    if (now - renewed >= leaseMs / 3) {
      slots.keep(ledger.renew(now))
      renewed = now
    }
    ledger.takeBack(now)
    if (now < forgetAt) return
    forgetAt = now + FORGET_MS
    ledger.forget(now)
  }
  return () => {
    const now = clock.now()
    safely(onError, () => tend(now))
    // A lease that could not be prolonged may be somebody else's any moment.
    if (now - renewed > leaseMs * 0.8) abortAll()
  }
}
