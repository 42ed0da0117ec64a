import type { WorkContext } from '../context.ts'
import { amend } from './record.ts'
import { type DeployResult, lookAgain, nextLook } from './result.ts'
import { endOf } from './run.ts'

/** Looks again at what was not seen ready, and writes down what came of it. */
export const follow = {
  after: (result: DeployResult) => nextLook(result),
  look: async (
    context: WorkContext,
    _options: unknown,
    result: DeployResult,
  ): Promise<DeployResult> => {
    const next = await lookAgain(context, result)
    await amend(context, context.job, endOf(result, next))
    return next
  },
}
