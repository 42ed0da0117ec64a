import { accept } from './accept.ts'
import type { AcceptDeps } from './accept-deps.ts'
import { assess } from './assess.ts'
import { auditEntry } from './audit.ts'
import { OpsError } from './errors.ts'
import type { Admission, Outcome } from './front.ts'
import type { Address, Invocation } from './invocation.ts'
import { localise } from './localise.ts'
import { failureReply } from './refusals.ts'

/** Decides and parses without I/O; what it returns acts only when it is run. */
export function admit(deps: AcceptDeps, invocation: Invocation): Admission {
  const { registry, apps, access, clock } = deps
  const world = { registry, apps, state: access.snapshot(), now: clock.now() }
  const assessed = assess(world, invocation)
  if (!assessed.ok) {
    deps.audit.record(auditEntry('refused', invocation, { detail: assessed.axis }))
    return { kind: 'refused', reply: localise(assessed.reply, invocation.locale) }
  }
  const { audience = 'channel' } = assessed.entry.command
  const hidden = audience === 'author' ? withAddress(invocation, { private: true }) : invocation
  return {
    kind: 'admitted',
    mode: 'reply',
    audience,
    run: (message) => guarded(deps, hidden, () => accept(deps, at(hidden, message), assessed)),
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

/** The same request with the answer's own message, when the platform made it at the acknowledgement. */
export const at = <R extends Pick<Invocation, 'address'>>(request: R, message?: string): R =>
  message === undefined ? request : withAddress(request, { message })

const withAddress = <R extends Pick<Invocation, 'address'>>(
  request: R,
  more: Partial<Address>,
): R => ({
  ...request,
  address: { ...request.address, ...more },
})
