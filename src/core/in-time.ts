import { OpsError } from './errors.ts'
import type { Clock } from './ports.ts'
import { duration, join, type Text, tr } from './text.ts'

/** What came of one look: the value, or why it is not known. */
export type Look<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: Text; readonly error: OpsError }

/** Runs one look with a time limit. Never rejects for what Fly or the gateway did; rejects only when the whole job is aborted. */
export async function look<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Look<T>> {
  const timer = new AbortController()
  const stop = AbortSignal.any([signal, timer.signal])
  const late = clock.sleep(limitMs, stop).then(() => {
    const error = tooSlow(limitMs)
    timer.abort(error)
    throw error
  })
  late.catch(() => {})
  try {
    return { known: true, value: await Promise.race([work(stop), late]) }
  } catch (error) {
    signal.throwIfAborted()
    const known = error instanceof OpsError ? error : unexpected(error)
    return { known: false, why: known.text, error: known }
  } finally {
    // With a reason of ours: without one an error with its stack is made each time.
    timer.abort(null)
  }
}

const tooSlow = (ms: number): OpsError =>
  new OpsError(
    'network',
    join('', tr('Fly did not answer within ', 'Fly 未在時限內回應：'), duration(ms), tr('.', '。')),
  )

const unexpected = (cause: unknown): OpsError =>
  new OpsError('internal', tr('The answer could not be understood.', '無法理解收到的回應。'), {
    cause,
  })

/** The value, or `otherwise` when it is not known. */
export const valueOr = <T, U>(found: Look<T>, otherwise: U): T | U =>
  found.known ? found.value : otherwise
