import { type Alert, type Intake } from '../../core/oncall/alert.ts'
import { OpsError } from '../../core/errors.ts'
import { tr } from '../../core/text.ts'

/** So many go into one write, and so many may wait for the next one. */
const MOST = 500
const WAITING_MAX = 10_000

interface Waiting {
  readonly alerts: readonly Alert[]
  readonly done: PromiseWithResolvers<void>
}

/**
 * Puts together what comes while the write before is under way, so that a storm costs a few writes and not one for each. Resolves when
 * what was given is written down; rejects with `busy` at once when too much waits already.
 */
export function createBatches(intake: Intake): Intake {
  const queue: Waiting[] = []
  let waiting = 0
  let running = false

  const next = (): readonly Waiting[] => {
    let size = 0
    const end = queue.findIndex(({ alerts }) => (size += alerts.length) > MOST)
    // The first one goes in any case.
    return queue.splice(0, end === -1 ? queue.length : Math.max(1, end))
  }
  const work = async (): Promise<void> => {
    running = true
    while (queue.length > 0) {
      const batch = next()
      await taken(intake, batch)
      waiting -= sizeOf(batch)
    }
    running = false
  }
  return {
    take(alerts) {
      if (waiting > 0 && waiting + alerts.length > WAITING_MAX) return Promise.reject(busy())
      const done = Promise.withResolvers<void>()
      queue.push({ alerts, done })
      waiting += alerts.length
      // A turn later, so that what comes together is taken together.
      if (!running) {
        running = true
        setImmediate(() => void work())
      }
      return done.promise
    },
  }
}

const sizeOf = (batch: readonly Waiting[]): number =>
  batch.reduce((sum, { alerts }) => sum + alerts.length, 0)

/** Each is told what became of its own; what fails together is tried apart, so that one does not fail others. */
async function taken(intake: Intake, batch: readonly Waiting[]): Promise<void> {
  try {
    await intake.take(batch.flatMap(({ alerts }) => alerts))
    for (const { done } of batch) done.resolve()
  } catch (error) {
    const away = error instanceof OpsError && error.code === 'unavailable'
    if (away || batch.length === 1) for (const { done } of batch) done.reject(error)
    else for (const one of batch) await taken(intake, [one])
  }
}

const busy = (): OpsError =>
  new OpsError('busy', tr('Too many alerts wait to be written down.', '等待寫入的警示過多。'))
