import { OpsError } from '../core/errors.ts'
import type { Clock, JobTurn, Log } from '../core/ports.ts'
import { HandedOver } from '../core/step-errors.ts'
import { tr } from '../core/text.ts'
import { isSerial, type Pauses } from './lanes.ts'

/** `released`: the handler stopped because its signal was aborted or its job ends this process, so somebody else has to go on. */
export type Outcome = 'done' | 'failed' | 'released'

export interface Turn {
  readonly outcome: Promise<Outcome>
  readonly abort: (reason: OpsError) => void
}

/** The turns of one process, whichever engine gave them out. */
export interface Turns {
  readonly start: (job: Pick<JobTurn, 'id' | 'lane'>) => Turn
  readonly abortAll: (reason: OpsError) => void
  /** Resolves when no turn is running. */
  readonly idle: () => Promise<void>
}

interface Deps {
  readonly handler: (turn: JobTurn) => Promise<void>
  readonly pauses: Pauses
  readonly clock: Clock
  readonly log: Log
}

/**
 * Runs handlers. In a serial lane a failed try is repeated within the turn: the job keeps its place, and the later
 * ones of the same app wait, because they were asked for in this order. Elsewhere the engine tries again later.
 */
export function createTurns(deps: Deps): Turns {
  const running = new Map<Promise<Outcome>, Turn['abort']>()
  return {
    start({ id, lane }) {
      const controller = new AbortController()
      const turn = { id, lane, signal: controller.signal }
      const pauses = isSerial(lane) ? deps.pauses : []
      const outcome = tryAll(turn, pauses, deps).finally(() => running.delete(outcome))
      const abort = (reason: OpsError) => controller.abort(reason)
      running.set(outcome, abort)
      return { outcome, abort }
    },
    abortAll(reason) {
      for (const abort of running.values()) abort(reason)
    },
    async idle() {
      while (running.size > 0) await Promise.all(running.keys())
    },
  }
}

async function tryAll(turn: JobTurn, pauses: readonly number[], deps: Deps): Promise<Outcome> {
  for (const pause of [...pauses, undefined]) {
    const outcome = await tryOnce(turn, deps)
    if (outcome !== 'failed' || pause === undefined) return outcome
    await deps.clock.sleep(pause, turn.signal).catch(() => {})
    if (turn.signal.aborted) return 'released'
  }
  return 'failed'
}

async function tryOnce(turn: JobTurn, { handler, log }: Deps): Promise<Outcome> {
  try {
    await handler(turn)
    return 'done'
  } catch (error) {
    if (turn.signal.aborted || error instanceof HandedOver) return 'released'
    log.warn({ job: turn.id, lane: turn.lane, err: error }, 'Job handler threw')
    return 'failed'
  }
}

/** The engine gave the job to somebody else, or may have: whatever is still done is done twice. */
export const lost = (): OpsError =>
  new OpsError(
    'cancelled',
    tr(
      'This worker lost its hold on the job; another one takes it over.',
      '這個工作程序失去了此工作的控制權；將由另一個接手。',
    ),
  )

/** The process ends; the job is given to another one. */
export const stopping = (): OpsError =>
  new OpsError(
    'cancelled',
    tr(
      'This worker is stopping; the job goes on in the next one.',
      '這個工作程序正在停止；工作會在下一個程序中繼續。',
    ),
  )
