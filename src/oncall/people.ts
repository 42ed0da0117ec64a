import type { Access } from '../core/access.ts'
import { chiefsOf } from '../core/oncall/chiefs.ts'
import { ladderAt } from '../core/oncall/escalation.ts'
import { named, peopleOf } from '../core/oncall/names.ts'
import type { People } from '../core/oncall/ports.ts'
import { personAt } from '../core/oncall/schedule.ts'
import { readSchedule, SCHEDULE_NUDGE } from '../core/oncall/schedule-store.ts'
import type { Clock, Log, Store } from '../core/ports.ts'
import { createCached } from './cached.ts'

interface Deps {
  readonly store: Store
  readonly access: Pick<Access, 'snapshot' | 'fresh'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

/** Who is on call by the schedule of the store; whoever rules here where that names nobody. One schedule serves all apps. */
export function createPeople(deps: Deps): People & { readonly stop: () => void } {
  const { store, access } = deps
  const schedule = createCached({
    ...deps,
    topic: SCHEDULE_NUDGE,
    read: () => readSchedule(store),
  })
  const chiefs = async (app: string | null, now: number) => {
    const state = access.snapshot() ?? (await access.fresh())
    return named(chiefsOf(state, { app, now }), peopleOf(await schedule.get()))
  }
  return {
    stop: schedule.stop,
    async onCall(app, now) {
      const person = personAt(await schedule.get(), now)
      return person === null ? chiefs(app, now) : [person]
    },
    async ladder({ app, severity }, now) {
      const [current, all] = await Promise.all([schedule.get(), chiefs(app, now)])
      return ladderAt(current, all, { severity, now })
    },
  }
}
