import { OpsError } from '../errors.ts'
import type { Look } from '../in-time.ts'

/** A look without which the work goes on: the value, or why it is not known. Rejects when the work was cancelled. */
export async function attempt<T>(work: Promise<T>, signal: AbortSignal): Promise<Look<T>> {
  try {
    return { known: true, value: await work }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof OpsError)) throw error
    return { known: false, why: error.text, error }
  }
}
