import type { ErrorCode } from './errors.ts'
import type { Actor, Invocation, Place, Press } from './invocation.ts'
import type { SaidReply } from './reply.ts'
import type { Locale, Text } from './text.ts'

/** What a chat adapter may ask of the dispatcher: the only door into the system, the same for every platform. */
export interface Front {
  /** Is it allowed and well formed? Synchronous and without I/O, so that nothing stands before the acknowledgement. A question when it wants a value that is asked for privately. */
  readonly admit: (invocation: Invocation) => Admission | Question
  /** The same for a press; reads the button's record, within 1.5 s or it is refused. */
  readonly press: (press: Press) => Promise<Admission | Question>
  /** Values to offer while someone types an option; at most 25, only what they may use. Empty when in doubt. */
  readonly complete: (request: CompleteRequest) => Promise<readonly Choice[]>
  /** The reply to a command or press that waited too long to be trusted (CHAT.md §2.6); it is written down. */
  readonly stale: (request: Invocation | Omit<Press, 'token'>) => SaidReply
}

export interface Refused {
  readonly kind: 'refused'
  /** For the person who asked and nobody else. */
  readonly reply: SaidReply
  /** What was typed holds, or may hold, a secret: it is taken out of the chat where the platform lets us. */
  readonly burnt?: boolean
  /** It was said already: nothing more is said where that takes a message; a platform that wants an answer gets the reply. */
  readonly silent?: boolean
}
export interface Admitted {
  readonly kind: 'admitted'
  /** `update`: the answer replaces the message whose button was pressed. */
  readonly mode: 'reply' | 'update'
  /** `author`: nobody but the one who asked may see the answer. */
  readonly audience: 'channel' | 'author'
  /**
   * To be called once, after the request was acknowledged to the platform; `message` is the id of the message that the platform
   * already made for the answer, to be kept in the address. Never rejects.
   */
  readonly run: (message?: string) => Promise<Outcome>
}
export type Admission = Refused | Admitted

/** The button asks for a line of text first: a modal, a forced reply, a prompt. Answered by a `Press` with the same token and an `answer`. */
export interface Question {
  readonly kind: 'question'
  readonly token: string
  readonly title: string
  readonly label: string
  readonly placeholder: string | undefined
  /** Label of a second line; without a form of two fields it is typed behind the first: `<name> because <why>`. */
  readonly reason?: string
  readonly secret: boolean
  /** A value to be given privately, for which the rest of the command waits; without it, a word on a button. */
  readonly value?: {
    /** It may have several lines. */
    readonly lines: boolean
    /** A file may be given instead: what to call that in at most 45 characters, and what it has to be. */
    readonly file: { readonly label: string; readonly rule: string }
    /** How long the question stands, in ms. */
    readonly forMs: number
    /** To be called once, when the question is put: writes down what it stands for. Never rejects. */
    readonly begin: () => Promise<void>
  }
}

export type Outcome =
  /** The answer, to be shown now. */
  | {
      readonly kind: 'reply'
      readonly reply: SaidReply
      readonly result?: unknown
      readonly failure?: ErrorCode
    }
  /** Not for the channel: tell the one who asked, leave the message as it is. */
  | { readonly kind: 'notice'; readonly reply: SaidReply }
  /** A job has it; the outbox brings the answer and whatever comes before it. */
  | { readonly kind: 'queued'; readonly job: string }
  /** The same request was handled before: say nothing. */
  | { readonly kind: 'duplicate' }

export interface Choice {
  readonly name: string
  readonly value: string
}
export interface CompleteRequest {
  readonly command: string
  readonly option: string
  readonly typed: string
  readonly input: Readonly<Record<string, unknown>>
  readonly actor: Actor
  readonly place: Place
  readonly locale: Locale
}

/** What an adapter needs to know of a command to list it in the platform's menus. */
export interface MenuEntry {
  /** `openclaw token rotate` */
  readonly path: string
  readonly about: Readonly<Record<Locale, string>>
  readonly options: readonly MenuOption[]
}
export interface MenuOption {
  readonly name: string
  readonly about: Readonly<Record<Locale, string>>
  readonly type: 'string' | 'integer' | 'number' | 'boolean'
  readonly required: boolean
  readonly choices: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly complete: boolean
}

/**
 * Reads a command as people type it, without slash and bot name: `openclaw token rotate app=x`. Gives the command's path and its
 * options as they were typed, or one sentence on what is wrong and what to type instead.
 */
export type ReadWords = (
  words: string,
) =>
  | { readonly command: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly problem: Text }
