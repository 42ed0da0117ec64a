import { accept, type AcceptDeps } from './accept.ts'
import { assess } from './assess.ts'
import { auditEntry } from './audit.ts'
import { OpsError } from './errors.ts'
import type { Admission, Admitted, Outcome } from './front.ts'
import type { Invocation } from './invocation.ts'
import { localise } from './localise.ts'
import { failureReply } from './refusals.ts'

/** Decides and parses without I/O; what it returns acts only when it is run. */
export function admit(deps: AcceptDeps, invocation: Invocation, mode: Admitted['mode']): Admission {
  const { registry, apps, access, clock } = deps
  const world = { registry, apps, state: access.snapshot(), now: clock.now() }
  const assessed = assess(world, invocation)
  if (!assessed.ok) {
    deps.audit.record(auditEntry('refused', invocation, { detail: assessed.axis }))
    return { kind: 'refused', reply: localise(assessed.reply, invocation.locale) }
  }
  return {
    kind: 'admitted',
    mode,
    audience: assessed.entry.command.audience ?? 'channel',
    run: (message) =>
      guarded(deps, invocation, () => accept(deps, at(invocation, message), assessed)),
  }
}

/** Turns whatever goes wrong after the acknowledgement into words for the one who waits. */
export async function guarded(
  deps: Pick<AcceptDeps, 'log'>,
  { id, locale }: Pick<Invocation, 'id' | 'locale'>,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    deps.log.warn({ err: error, request: id }, 'request not accepted')
    const failure = error instanceof OpsError ? error.code : 'internal'
    return { kind: 'reply', reply: localise(failureReply(error, id), locale), failure }
  }
}

/** The answer's own message, when the platform made it at the acknowledgement. */
const at = (invocation: Invocation, message: string | undefined): Invocation =>
  message === undefined
    ? invocation
    : { ...invocation, address: { ...invocation.address, message } }
