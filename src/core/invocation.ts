import type { Locale } from './text.ts'

export type Platform = 'discord' | 'telegram' | 'console'

/** Who asked, as the platform vouches for it. Ids only: names are for reading and never decide. */
export interface Actor {
  readonly platform: Platform
  readonly id: string
  readonly name: string
  /** Ids of the Discord roles in the signed payload; empty elsewhere. */
  readonly roles: readonly string[]
}

/** Where it was asked: a guild's channel, a chat's topic, or a private talk with one person. */
export interface Place {
  readonly platform: Platform
  /** Guild id or chat id; in a private talk the person's own id. */
  readonly space: string
  /** Discord channel id or Telegram topic id. */
  readonly room?: string
  /** The channel a thread hangs in. */
  readonly parent?: string
  readonly private: boolean
}

/** Where to answer. Plain JSON: it must outlive the process that took the request. */
export interface Address {
  readonly platform: Platform
  /** Channel id (Discord), chat id (Telegram), session id (console). */
  readonly chat: string
  readonly topic?: string
  /** The person to answer privately, or to tell when the first way is closed. */
  readonly user: string
  readonly private: boolean
  /** A credential of the platform for answering this one request; sealed, worthless after `until` (ms). */
  readonly handle?: string
  readonly until?: number
  /** The message the answer replaces, when there is one already. */
  readonly message?: string
  /** The message the answer refers to. */
  readonly replyTo?: string
  /** The outbox's key of a message of ours that these words stand under: they wait for it, and go into its thread or reply to it. */
  readonly under?: string
  /** What the thread of the message in `replyTo` is called, for words that belong there where the platform has threads. */
  readonly thread?: string
  /** The place is to be spared: no sound for what nobody has to look at. */
  readonly quiet?: boolean
  /** Names a new message in all its tries, and no other one. `again`: an earlier try may have got there. */
  readonly once?: { readonly id: string; readonly again: boolean }
}

type Surface = 'slash' | 'text' | 'button' | 'modal' | 'console' | 'cli'

/** One request for one command, in no platform's words. */
export interface Invocation {
  /** The platform's own id of the request, prefixed: the same request delivered twice has the same id. */
  readonly id: string
  /** Path of the command without slash: `openclaw token rotate`. */
  readonly command: string
  readonly input: Readonly<Record<string, unknown>>
  readonly actor: Actor
  readonly place: Place
  readonly address: Address
  readonly surface: Surface
  readonly locale: Locale
  /** When the person asked, in ms. */
  readonly at: number
}

/** A file in the place of a typed answer, as its platform hands it on. */
export interface GivenFile {
  /** In bytes, where the platform says so before it is read. */
  readonly size: number | undefined
  /** The file, or its first `most` + 1 bytes, from the platform itself. Rejects, with words that hold no secret, when it can't be had in time. */
  readonly read: (most: number) => Promise<Uint8Array>
}

/** A pressed button, a chosen entry of a select, a submitted modal, or the typed answer to a question. */
export interface Press extends Omit<Invocation, 'command' | 'input'> {
  /** The opaque id that the button carried. */
  readonly token: string
  /** Those of all buttons on the pressed message, where the platform says itself what stands on it: a client may send what it likes. */
  readonly shown?: readonly string[]
  /** What was typed or chosen, where the button asked for it. */
  readonly answer?: string
  /** What was given in place of that. */
  readonly file?: GivenFile
}
