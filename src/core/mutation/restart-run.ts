import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'
import { restartSteps } from './restart.ts'
import { beforeStep, readyStep } from './up-steps.ts'
import { type Before, isReady, lookAgain, type Up } from './up.ts'
import type { RestartData } from './restart-plan.ts'

/** One machine that was brought up, with what is needed to look at it again. */
export type Restarted = Up & { readonly name: string; readonly before: Before }

/** What came of a restart; field names are public. */
export interface RestartResult {
  readonly machines: readonly Restarted[]
  /** Machines that were not touched because one before them is not ready. */
  readonly left: readonly string[]
  /** How often it was looked at again. */
  readonly looks: number
}

/** Restarts one machine after another; stops at the first that is not ready in time. */
export async function runRestart(
  context: WorkContext,
  { machines }: RestartData,
  title: Text,
): Promise<RestartResult> {
  const done: Restarted[] = []
  const ids = machines.map(({ id }) => id)
  for (const [index, { id, name }] of machines.entries()) {
    const steps = machines.slice(0, index + 1).flatMap((one) => restartSteps(context, one))
    const recall = await context.steps(title, steps).catch((error: unknown) => {
      throw withOthers(error, done, ids.slice(index + 1))
    })
    const up = restarted(recall, id, name)
    done.push(up)
    if (!isReady(up)) return { machines: done, left: ids.slice(index + 1), looks: 0 }
  }
  return { machines: done, left: [], looks: 0 }
}

function restarted(recall: Recall, id: string, name: string): Restarted {
  const before = recall(beforeStep(id)) as Before
  return { ...(recall(readyStep(id)) as Up), name, before }
}

/** A failure in the middle names what was done before it and what was not begun. */
function withOthers(error: unknown, done: readonly Restarted[], left: readonly string[]): unknown {
  if (!(error instanceof OpsError) || (done.length === 0 && left.length === 0)) return error
  const { code, text, hint, reference, cause } = error
  const before = done.map(({ id }) => id).join(', ')
  const words = [
    text,
    before === '' ? '' : tr(`Restarted and ready: ${before}.`, `已重新啟動並就緒：${before}。`),
    left.length === 0 ? '' : tr(`Left alone: ${left.join(', ')}.`, `未變動：${left.join(', ')}。`),
  ]
  return new OpsError(code, join(' ', ...words), {
    ...(hint !== undefined && { hint }),
    ...(reference !== undefined && { reference }),
    cause,
  })
}

const AGAIN_MS = 30_000
const LOOKS = 10

/** Something is not known yet and will be looked at again. */
export const isOpen = ({ machines, looks }: RestartResult): boolean =>
  looks < LOOKS && !machines.every(isReady)

/** Looks again at what was not ready, for the answer to be corrected. */
export const restartFollow = {
  after: (result: RestartResult) => (isOpen(result) ? AGAIN_MS : null),
  look: async (
    context: WorkContext,
    _options: unknown,
    { machines, left, looks }: RestartResult,
  ): Promise<RestartResult> => ({
    machines: await Promise.all(
      machines.map(async (machine) => {
        const { id, name, before } = machine
        if (isReady(machine)) return machine
        return { ...(await lookAgain(context, id, before)), name, before }
      }),
    ),
    left,
    looks: looks + 1,
  }),
}
