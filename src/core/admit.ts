import { accept } from './accept.ts'
import type { AcceptDeps } from './accept-deps.ts'
import { assess, type Assessed, type Rejected } from './assess.ts'
import { auditEntry } from './audit.ts'
import { OpsError } from './errors.ts'
import type { Admission, Admitted, Outcome, Question, Refused } from './front.ts'
import type { Address, Invocation } from './invocation.ts'
import { localise } from './localise.ts'
import { askPrivately } from './private-ask.ts'
import { burntReply, wasTyped } from './private-typed.ts'
import { BLANK, type PrivateOption } from './private.ts'
import { failureReply } from './refusals.ts'
import { withSettings } from './settings.ts'

/** Decides and parses without I/O; what it returns acts only when it is run. */
export function admit(deps: AcceptDeps, asked: Invocation): Admission | Question {
  const invocation = withSettings(deps, asked)
  const hidden = deps.registry.get(invocation.command)?.command.private
  if (hidden !== undefined) return admitHidden(deps, invocation, hidden)
  return admitPlain(deps, invocation)
}

function admitPlain(deps: AcceptDeps, invocation: Invocation): Admission {
  const assessed = assess(worldOf(deps), invocation)
  if (!assessed.ok) return refusedHere(deps, invocation, assessed)
  return admittedWith(deps, invocation, assessed, (here) => accept(deps, here, assessed))
}

/** Decides with a blank in place of the value before that is asked for; one that was typed is refused, and nothing of it is repeated. */
function admitHidden(
  deps: AcceptDeps,
  invocation: Invocation,
  hidden: PrivateOption<never>,
): Admission | Question {
  const { option, when = () => true, sensitive = () => false } = hidden
  const typed = wasTyped(hidden, invocation.input)
  const blank = typed ? {} : invocation.input
  const isAbsent = blank[option] === undefined
  const assessed = assess(worldOf(deps), {
    ...invocation,
    input: isAbsent ? { ...blank, [option]: BLANK } : blank,
  })
  const burnt = { axis: 'input', reply: burntReply(invocation) } as const
  if (typed) {
    const stranger = !assessed.ok && assessed.axis !== 'input'
    return { ...refusedHere(deps, invocation, stranger ? assessed : burnt), burnt: true }
  }
  if (!assessed.ok) return refusedHere(deps, invocation, assessed)
  const options = assessed.options as never
  if (!isAbsent)
    return sensitive(options)
      ? { ...refusedHere(deps, invocation, burnt), burnt: true }
      : admitPlain(deps, invocation)
  if (!when(options)) return admitPlain(deps, invocation)
  const { app } = assessed
  deps.audit.record(auditEntry('asked', invocation, { app, detail: 'private value' }))
  return askPrivately(deps, invocation, hidden)
}

/** What decisions are made from, without I/O. */
export const worldOf = ({ registry, apps, access, clock }: AcceptDeps) => ({
  registry,
  apps,
  state: access.snapshot(),
  now: clock.now(),
})

export function refusedHere(
  { audit }: Pick<AcceptDeps, 'audit'>,
  invocation: Invocation,
  { axis, reply }: Pick<Rejected, 'axis' | 'reply'>,
): Refused {
  audit.record(auditEntry('refused', invocation, { detail: axis }))
  return { kind: 'refused', reply: localise(reply, invocation.locale) }
}

/** Admitted; `work` gets the request with the place of its answer. */
export function admittedWith(
  deps: AcceptDeps,
  invocation: Invocation,
  { entry }: Pick<Assessed, 'entry'>,
  work: (here: Invocation) => Promise<Outcome>,
): Admitted {
  const { audience = 'channel' } = entry.command
  const hidden = audience === 'author' ? withAddress(invocation, { private: true }) : invocation
  return {
    kind: 'admitted',
    mode: 'reply',
    audience,
    run: (message) => guarded(deps, hidden, () => work(at(hidden, message))),
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
