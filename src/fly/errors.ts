import { OpsError } from '../core/errors.ts'
import type { Answer, Call, Party } from './call.ts'
import { isSafe } from './call.ts'
import { codeOf } from './classify.ts'
import { cut, readErrorBody } from './error-body.ts'
import type { Redact } from './redact.ts'
import type { Failure } from './retry.ts'
import { ambiguous, cancelled, network, unsendable, wordsFor } from './words.ts'

type Asked = Pick<Call<unknown>, 'endpoint' | 'safe' | 'party'>

const partyOf = (call: Asked): Party => call.party ?? 'machines'

/** The error for an answer that is a refusal; nothing of the body gets into it unredacted. */
export function refusalError(answer: Answer, call: Asked, redact: Redact): OpsError {
  const said = readErrorBody(answer.text)
  const refusal = { ...said, status: answer.status, safe: isSafe(call), party: partyOf(call) }
  const code = codeOf(refusal)
  const { text, hint } = wordsFor(code, { ...refusal, message: cut(redact(said.message)) })
  return new OpsError(code, text, { hint, ...reference(answer) })
}

/** The error for an answer that says yes in words nobody understands: for a mutation, what happened is then open. */
export function unreadableError(answer: Answer, call: Asked): OpsError {
  const code = isSafe(call) ? 'server' : 'ambiguous'
  const { text, hint } = wordsFor(code, {
    status: answer.status,
    message: '',
    party: partyOf(call),
  })
  return new OpsError(code, text, { hint, ...reference(answer) })
}

/**
 * The error for a request that got no answer. `detail` is a code of the network stack (`ECONNRESET`), never its message:
 * messages and their objects may quote what was received.
 */
export function silenceError(
  failure: Exclude<Failure, { kind: 'status' }>,
  call: Asked,
  detail: string,
): OpsError {
  const cause = new Error(detail)
  if (failure.kind === 'unsendable') {
    return new OpsError('validation', unsendable.text, { hint: unsendable.hint, cause })
  }
  if (failure.kind !== 'refused' && !isSafe(call)) {
    return new OpsError('ambiguous', ambiguous.text, { hint: ambiguous.hint, cause })
  }
  if (failure.kind === 'aborted') return cancelledError()
  return new OpsError('network', network.text, { hint: network.hint, cause })
}

/** The caller gave up before anything was sent, or while only reading. */
export function cancelledError(): OpsError {
  return new OpsError('cancelled', cancelled.text, { hint: cancelled.hint })
}

const reference = ({ reference: id }: Answer) => (id === undefined ? {} : { reference: id })
