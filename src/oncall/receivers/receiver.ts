import type { Alert } from '../../core/oncall/alert.ts'
import type { Secret } from '../../core/secret.ts'

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** What a source sent, as it came. */
export interface HookRequest {
  readonly headers: Headers
  /** The bytes that are signed. */
  readonly body: Buffer
  /** What stands behind the question mark, without it. */
  readonly query: string
  /** When it came, in ms. */
  readonly at: number
}

export type Verdict =
  /** `event` names what was signed, so that it is taken once only; null where nothing is signed. */
  | { readonly ok: true; readonly event: string | null }
  | { readonly ok: false; readonly why: 'unsigned' | 'wrong' | 'old' }

/** How one source is understood. Both are pure and never throw, whatever came. */
export interface SourceReceiver {
  /** Whether one of the keys signed it; without keys the secret path is all that is asked for. */
  readonly verify: (request: HookRequest, keys: readonly Secret[], now: number) => Verdict
  /** What it says. Foreign text in it is clean and of bounded length; it is shown, never acted on. */
  readonly read: (request: HookRequest) => readonly Alert[]
}
