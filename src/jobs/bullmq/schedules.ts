import type { JobQueue, Schedule } from '../../core/ports.ts'
import type { RedisLink } from '../../store/redis/connection.ts'
import { tickId } from '../lanes.ts'
import type { Lanes } from './lanes.ts'

/** What comes again and again: BullMQ's job schedulers, which keep one next tick each. */
export function createSchedules(link: RedisLink, lanes: Pick<Lanes, 'of'>) {
  return {
    /** The same interval again leaves the next tick where it is. */
    async set({ key, everyMs }: Schedule): Promise<void> {
      const queue = await lanes.of('timer')
      await link.run(async () => {
        const known = await queue.getJobScheduler(key)
        // BullMQ 6.7 keeps the offset of the former interval: by it a later tick may be put off for as long as that one was.
        if (known?.every !== undefined && Number(known.every) !== everyMs)
          await queue.removeJobScheduler(key)
        await queue.upsertJobScheduler(key, { every: everyMs }, TICK)
      })
    },
    async remove(key: string): Promise<boolean> {
      const queue = await lanes.of('timer')
      return link.run(() => queue.removeJobScheduler(key))
    },
    async count(): Promise<number> {
      const queue = await lanes.of('timer')
      return link.run(() => queue.getJobSchedulersCount())
    },
  }
}

/** Not remembered when it is over: the ids that are remembered of a lane are those of jobs. */
const TICK = {
  name: 'job',
  data: {},
  opts: { attempts: 1, removeOnComplete: true, removeOnFail: true },
}

type Counts = Awaited<ReturnType<JobQueue['counts']>>[string]

/** Without the ticks that wait, one for each schedule. */
export function unscheduled(counts: Counts, ticks: number): Counts {
  const later = Math.min(counts.delayed, ticks)
  return {
    ...counts,
    delayed: counts.delayed - later,
    waiting: Math.max(0, counts.waiting - (ticks - later)),
  }
}

/** BullMQ calls a tick `repeat:<key>:<due>`. */
export function turnId(id: string, schedule: string | undefined): string {
  if (schedule === undefined) return id
  return tickId(schedule, Number(id.slice(id.lastIndexOf(':') + 1)))
}
