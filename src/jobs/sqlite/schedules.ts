import type { Schedule } from '../../core/ports.ts'
import { tickId } from '../lanes.ts'
import type { Claim, QueueStatements } from './statements.ts'

/** What comes again and again. Each schedule has one tick that waits; the next is written in the transaction that hands this one out. */
export function createSchedules(sql: QueueStatements) {
  const add = (key: string, due: number, after: number): boolean =>
    Number(sql.addTick.run({ id: tickId(key, due), due, key, after }).changes) === 1
  const everyOf = (key: string) => sql.every.get(key)?.['every'] as number | undefined
  return {
    set({ key, everyMs }: Schedule, now: number): void {
      if (everyOf(key) === everyMs) return
      sql.setEvery.run(key, everyMs)
      sql.dropTicks.run(key)
      // One that is being worked on may have begun in this very millisecond.
      for (let due = now; !add(key, due, due); due += 1);
    },
    remove(key: string): boolean {
      sql.dropTicks.run(key)
      return Number(sql.unschedule.run(key).changes) === 1
    },
    /** A tick that was given back and is handed out again has its successor already. */
    advance({ schedule: key, due }: Claim, now: number): void {
      const every = key === null ? undefined : everyOf(key)
      if (key === null || every === undefined) return
      // What came due while nobody worked is this one tick.
      const next = due + every * Math.max(1, Math.ceil((now - due) / every))
      add(key, next, due)
    },
  }
}
