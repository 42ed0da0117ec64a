import type { Lane } from '../../core/ports.ts'
import type { SqliteDatabase } from '../../store/sqlite/database.ts'
import { isSerial, KEEP } from '../lanes.ts'
import { isDead } from './owner.ts'
import { createSchedules } from './schedules.ts'
import type { Claim, QueueStatements } from './statements.ts'

interface Deps {
  readonly database: SqliteDatabase
  readonly sql: QueueStatements
  readonly owner: string
  readonly leaseMs: number
}

/** What a worker does to the table of jobs. All calls are synchronous and reject with `unavailable` by throwing. */
export interface Ledger {
  /** Several of the calls below as one transaction: all of them or none, and one flush to the disk. */
  readonly together: <T>(work: () => T) => T
  /** The next job of the lane that is due, now ours; nothing when there is none or the lane is taken. */
  readonly claim: (lane: Lane, now: number) => Claim | undefined
  /** When the first waiting job of the lane is due. */
  readonly nextDue: (lane: Lane) => number | undefined
  readonly end: (claim: Claim, state: 'done' | 'failed', now: number) => void
  readonly retry: (claim: Claim, due: number) => void
  readonly release: (claim: Claim) => void
  /** Prolongs our leases; gives the keys of the turns that are still ours. */
  readonly renew: (now: number) => ReadonlySet<string>
  /** Frees the jobs of processes of this machine that are gone, and those whose lease ran out; gives how many. */
  readonly takeBack: (now: number) => number
  readonly forget: (now: number) => void
}

export const keyOf = ({ seq, turn }: Pick<Claim, 'seq' | 'turn'>): string => `${seq}.${turn}`

export function createLedger({ database, sql, owner, leaseMs }: Deps): Ledger {
  const { use, write } = database
  const schedules = createSchedules(sql)
  return {
    together: write,
    claim(lane, now) {
      const serial = isSerial(lane) ? 1 : 0
      const lease = now + leaseMs
      const row = use(() => sql.claim.get({ owner, lease, lane, now, serial }))
      const claim = row as Claim | undefined
      if (claim) use(() => schedules.advance(claim, now))
      return claim
    },
    nextDue,
    end({ seq, turn, schedule }, state, now) {
      // The ids that are remembered of a lane are those of jobs.
      if (schedule !== null) use(() => sql.endTick.run({ seq, turn }))
      else use(() => sql.end.run({ seq, turn, state, now }))
    },
    retry({ seq, turn }, due) {
      use(() => sql.retry.run({ seq, turn, due }))
    },
    release({ seq, turn }) {
      use(() => sql.release.run({ seq, turn }))
    },
    renew(now) {
      const rows = use(() => sql.renew.all({ owner, lease: now + leaseMs }))
      return new Set(rows.map(({ seq, turn }) => keyOf({ seq: Number(seq), turn: Number(turn) })))
    },
    takeBack: (now) => use(() => takeBack(now)),
    forget: (now) => write(() => forget(now)),
  }

  function nextDue(lane: Lane): number | undefined {
    return use(() => sql.peek.get(lane))?.['due'] as number | undefined
  }

  function takeBack(now: number): number {
    const others = sql.owners.all(owner).map((row) => String(row['owner']))
    if (others.length === 0) return 0
    const dead = others.filter(isDead)
    // An empty name is nobody's: then only the leases count.
    return [...dead, '']
      .map((name) => Number(sql.takeBack.run({ owner: name, now }).changes))
      .reduce((sum, changes) => sum + changes, 0)
  }

  function forget(now: number): void {
    const lanes = sql.lanes.all().map((row) => String(row['lane']))
    for (const lane of lanes)
      for (const state of ['done', 'failed'] as const) {
        const { age, count } = KEEP[state]
        sql.forget.run({ lane, state, before: now - age * 1000, count: count - 1 })
      }
  }
}
