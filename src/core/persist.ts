import { OpsError } from './errors.ts'
import { ended } from './finish.ts'
import { FINAL, type JobRecord } from './job-record.ts'
import type { JobTurn } from './ports.ts'
import { saidAlong } from './say-for.ts'
import { HandedOver, isLost } from './step-errors.ts'
import type { WorkDeps } from './work.ts'

const AGAIN_MS = 1000

/** While the store is away a job waits here instead of using up the tries of the queue; once accepted it is finished or reported. */
export async function persistently(
  deps: WorkDeps,
  turn: JobTurn,
  run: (turn: JobTurn) => Promise<void>,
): Promise<void> {
  const { clock, log } = deps
  for (let tries = 0; ; tries++) {
    try {
      return await run(turn)
    } catch (error) {
      if (turn.signal.aborted) throw error
      if (error instanceof HandedOver) throw error
      if (isLost(error)) return
      const away = error instanceof OpsError && error.code === 'unavailable'
      if (!away && tries >= 2) return giveUp(deps, turn.id, error)
      log.warn({ err: error, job: turn.id }, 'job could not be finished, trying again')
      await clock.sleep(AGAIN_MS, turn.signal)
    }
  }
}

/** A fault of ours that comes back at every try: the job is marked as over, so that it is never run again behind anybody's back. */
async function giveUp(deps: WorkDeps, id: string, error: unknown): Promise<void> {
  const { jobs, clock, log } = deps
  const job = await jobs.get(id)
  if (job === undefined || FINAL.has(job.state)) return
  const { state, failure, reply: said } = ended(deps, job, error)
  // Another worker may have ended it meanwhile.
  const over = (now: JobRecord) =>
    FINAL.has(now.state)
      ? undefined
      : { ...now, state, endedAt: clock.now(), ...(failure && { failure }) }
  try {
    await jobs.end(id, over, saidAlong(deps, job, { said, final: true }))
  } catch (second) {
    log.error({ err: second, job: id }, 'the end of a job could not be told')
    await jobs.end(id, over)
  }
}
