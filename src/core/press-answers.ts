import type { AcceptDeps } from './accept-deps.ts'
import { at, guarded } from './admit.ts'
import { auditEntry } from './audit.ts'
import type { Admitted, Outcome, Refused } from './front.ts'
import type { Press } from './invocation.ts'
import { localise } from './localise.ts'
import { type Reply, reply } from './reply.ts'
import type { Text } from './text.ts'

/** A press has to be acknowledged within 3 s, so its record is waited for only this long. */
const FIND_MS = 1500

/** The pressed message is replaced by what `run` gives. */
export const admitted = (
  deps: AcceptDeps,
  request: Press,
  run: (request: Press) => Promise<Outcome>,
): Admitted => ({
  kind: 'admitted',
  mode: 'update',
  audience: 'channel',
  run: (message) => guarded(deps, request, () => run(at(request, message))),
})

/** Says no in one sentence, and writes down why. */
export const refuse = (deps: AcceptDeps, request: Press, detail: string, words: Text): Refused =>
  refused(deps, request, detail, reply.warn(words))

/** Says no with a whole reply, and writes down why. */
export function refused(deps: AcceptDeps, request: Press, detail: string, said: Reply): Refused {
  deps.audit.record(auditEntry('refused', request, { detail }))
  return { kind: 'refused', reply: localise(said, request.locale) }
}

/** A word to the one who pressed; the message stays as it is. */
export const notice = ({ locale }: Press, words: Text): Outcome => ({
  kind: 'notice',
  reply: localise(reply.warn(words), locale),
})

/** The same of what went as it was meant to. */
export const done = ({ locale }: Press, words: Text): Outcome => ({
  kind: 'notice',
  reply: localise(reply.ok(words), locale),
})

/** What the store gives, or `late`: also when it cannot be reached. */
export async function within<T>(
  deps: Pick<AcceptDeps, 'clock'>,
  work: Promise<T>,
): Promise<T | 'late'> {
  const timer = new AbortController()
  const late = deps.clock.sleep(FIND_MS, timer.signal).then(() => 'late' as const)
  late.catch(() => {})
  try {
    return await Promise.race([work, late])
  } catch {
    return 'late'
  } finally {
    timer.abort()
  }
}
