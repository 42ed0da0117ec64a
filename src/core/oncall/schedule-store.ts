import { OpsError } from '../errors.ts'
import type { Store } from '../ports.ts'
import { tr } from '../text.ts'
import { NOBODY, type Schedule } from './schedule.ts'

/** One bucket for what is about everybody: there is one schedule. */
const ONCALL = 'oncall'
const SCHEDULE = 'schedule'
/** Told with the schedule's number when it changed. */
export const SCHEDULE_NUDGE = 'schedule'

/** The schedule as the store has it now; nobody's where none was set. */
export const readSchedule = async (store: Pick<Store, 'get'>): Promise<Schedule> =>
  ((await store.get(ONCALL, SCHEDULE)) as Schedule | undefined) ?? NOBODY

/** Changes the schedule as one and tells every process. `change` must be pure; one that is not the successor of `rev` is refused. */
export async function changeSchedule(
  store: Pick<Store, 'update' | 'nudge'>,
  change: (schedule: Schedule) => Schedule,
  rev?: number,
): Promise<Schedule> {
  let stale = false
  const after = await store.update(ONCALL, SCHEDULE, (current) => {
    const before = (current as Schedule | undefined) ?? NOBODY
    stale = rev !== undefined && before.rev !== rev
    return stale ? undefined : change(before)
  })
  if (stale)
    throw new OpsError(
      'conflict',
      tr(
        'Somebody changed the schedule at this very moment; nothing was changed here.',
        '剛好有人同時變更了班表；此處沒有變更任何內容。',
      ),
      {
        hint: tr(
          'Look at /oncall schedule show and ask again.',
          '請查看 /oncall schedule show 後重試。',
        ),
      },
    )
  const schedule = after as Schedule
  await store.nudge(SCHEDULE_NUDGE, String(schedule.rev))
  return schedule
}
