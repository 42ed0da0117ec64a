import type { Action } from './reply.ts'
import type { Text } from './text.ts'

/**
 * What went wrong, as the person who asked needs to tell it apart. The Fly kinds are those of DESIGN §6:
 * `ambiguous` means the work may or may not have been done and has to be read back.
 */
export type ErrorCode =
  | 'bad_input'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'expired'
  | 'busy'
  | 'cancelled'
  | 'frozen'
  | 'unavailable'
  | 'unproven'
  | 'auth'
  | 'scope'
  | 'quota'
  | 'lease_held'
  | 'stale_version'
  | 'not_ready'
  | 'capacity'
  | 'ambiguous'
  | 'rate_limited'
  | 'host_unreachable'
  | 'validation'
  | 'server'
  | 'network'
  | 'internal'

interface Details {
  /** The next step, as an instruction. */
  readonly hint?: Text
  /** Buttons to go on with. */
  readonly next?: readonly Action[]
  /** An id to search for in logs and with Fly's support. */
  readonly reference?: string
  readonly cause?: unknown
}

/** An error whose words may be shown to the person who asked. Anything else is shown as "internal" with a reference. */
export class OpsError extends Error {
  override readonly name = 'OpsError'
  readonly code: ErrorCode
  readonly text: Text
  readonly hint: Text | undefined
  readonly next: readonly Action[]
  readonly reference: string | undefined
  constructor(code: ErrorCode, text: Text, details: Details = {}) {
    super(
      typeof text === 'string' ? text : text.en,
      details.cause === undefined ? undefined : { cause: details.cause },
    )
    this.code = code
    this.text = text
    this.hint = details.hint
    this.next = details.next ?? []
    this.reference = details.reference
  }
}
