import type { Actor, Address, Platform } from './invocation.ts'
import type { SaidReply } from './reply.ts'

/** Where a sent message lies, so that it can be edited later by any process. */
export interface MessageRef {
  readonly chat: string
  readonly message: string
  readonly topic?: string
  readonly private: boolean
}

/** A file of a reply that is a message of its own, sent after the words. */
export interface FileBeside {
  /** Tells it from the other files of its message, in all tries. */
  readonly id: string
  readonly name: string
  /** Rejects with `ChatError`. */
  readonly send: () => Promise<unknown>
}

/** A chat platform, seen from the inside: transport verbs only. Failures are `ChatError`. */
export interface Chat {
  readonly platform: Platform
  /** Least time between two edits of one message, in ms. */
  readonly editIntervalMs: number
  /** What the chat of this address bears: one message or edit in so many ms, whichever message it is of. Anything, when left out. */
  readonly chatIntervalMs?: (address: Address) => number
  /** Whether words for this address, put at `putAt`, are this process's to say; all of the platform's when left out. */
  readonly serves?: (address: Address, putAt: number) => boolean
  /** Sends, or edits what `ref` names; gives where the words are now, which is another message when the first could not be edited. */
  readonly deliver: (
    address: Address,
    reply: SaidReply,
    ref: MessageRef | undefined,
  ) => Promise<MessageRef>
  /** What has to follow a reply that is at `ref` by now; left out where files go with the words. */
  readonly filesOf?: (address: Address, reply: SaidReply, ref: MessageRef) => readonly FileBeside[]
  readonly remove: (ref: MessageRef) => Promise<void>
  /** Sends words without a sound, reads them back and takes them away again. Rejects with `ChatError` where they did not get there. */
  readonly prove?: (address: Address, words: string) => Promise<void>
  /** To one person alone; rejects with `ChatError('forbidden')` when they have to write to the bot first. */
  readonly sendPrivate: (actor: Pick<Actor, 'id'>, reply: SaidReply) => Promise<MessageRef>
}

/** Why a message was not delivered; decides whether it is tried again. */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly kind: 'rate_limited' | 'forbidden' | 'gone' | 'invalid' | 'network'
  readonly retryAfterMs: number | undefined
  constructor(
    kind: ChatError['kind'],
    message: string,
    options: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs
  }
}
