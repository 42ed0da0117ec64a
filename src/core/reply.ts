import type { Actor } from './invocation.ts'
import type { Locale, Text } from './text.ts'

export type Tone = 'ok' | 'info' | 'warn' | 'error' | 'pending'

/** One part of a reply. Adapters close their `switch` with `satisfies never`, so a new kind can't be forgotten. */
export type Block<T = Text> =
  /** `{0}`, `{1}` … in the words stand for these moments. */
  | { readonly type: 'text'; readonly text: T; readonly times?: readonly Moment[] }
  | { readonly type: 'fields'; readonly fields: ReadonlyArray<readonly [label: T, value: T]> }
  | {
      readonly type: 'table'
      readonly head: readonly T[]
      readonly rows: ReadonlyArray<readonly T[]>
    }
  | { readonly type: 'code'; readonly code: T; readonly language?: string }
  /**
   * Lines of a log, oldest first. With `first` they come at the end and leave at the front, and it is the number of the first one among
   * all that came: where words stay, only the new ones are shown, and none is left out unnoticed.
   */
  | { readonly type: 'log'; readonly rows: readonly LogRow[]; readonly first?: number }
  /** Moments, in ms since 1970: in the reader's own zone where the platform can say it so. */
  | { readonly type: 'times'; readonly times: ReadonlyArray<readonly [label: T, at: number]> }
  | { readonly type: 'progress'; readonly steps: ReadonlyArray<ProgressStep<T>> }
  | { readonly type: 'secret'; readonly label: T; readonly value: string }
  | { readonly type: 'file'; readonly name: string; readonly content: T; readonly about: T }
  /** A PNG in base64. Without one it is in the bucket `PICTURES` under its name; where it can't be had its words stand alone. */
  | { readonly type: 'picture'; readonly name: string; readonly png: string; readonly about: T }

/** In the reader's own zone where the platform can say it so. */
export interface Moment {
  /** In ms since 1970. */
  readonly at: number
  /** Only the time of day: which day it is is known. */
  readonly clock?: boolean
}

export interface LogRow {
  /** In ms since 1970. */
  readonly at: number
  /** Machine and source, where they are not the usual ones. */
  readonly from?: string
  /** How bad it is, where that is not the usual. */
  readonly level?: string
  readonly message: string
  /** It means something that is known. */
  readonly marked?: boolean
  /** Goes on with the message of the row before it. */
  readonly more?: boolean
}

export interface ProgressStep<T = Text> {
  readonly label: T
  readonly state: 'waiting' | 'doing' | 'done' | 'failed' | 'undone'
  /** How long it took or has been taking, in ms. */
  readonly ms?: number
}

/** What a press does: run a command, settle a question of the dispatcher, or open a page. */
export type Intent =
  | {
      readonly do: 'run'
      readonly command: string
      readonly input: Readonly<Record<string, unknown>>
    }
  | { readonly do: 'confirm' | 'decline'; readonly pending: string }
  | { readonly do: 'cancel'; readonly job: string }
  /** Shows a sealed value once, to the asker or the approver alone. */
  | { readonly do: 'reveal'; readonly secret: string }

/** A button, or a select when it has choices. Written by commands with an `intent`; adapters see only the `token`. */
export interface Action<T = Text> {
  readonly label: T
  readonly style: 'primary' | 'success' | 'danger' | 'neutral'
  readonly intent?: Intent
  /** Opens a page instead of sending a press. */
  readonly url?: string
  /** Asks for one line of text before the press counts: a modal, a forced reply, a prompt. */
  readonly ask?: {
    readonly label: T
    readonly placeholder?: string
    readonly secret?: boolean
    /** A second line that has to be said, put behind the first one. */
    readonly reason?: T
  }
  /** Values to choose from; the chosen one arrives as the answer and fills the option `into`. */
  readonly choices?: ReadonlyArray<{ readonly label: T; readonly value: string }>
  readonly into?: string
  /** Opaque id, put in by the dispatcher: ≤ 40 bytes, so that every platform carries it. */
  readonly token?: string
}

/** What is said back, in no platform's words. Adapters turn it into an embed, HTML or plain text. */
export interface Reply<T = Text> {
  readonly tone: Tone
  readonly title: T
  readonly blocks: ReadonlyArray<Block<T>>
  readonly actions?: ReadonlyArray<Action<T>>
  /** Small print: job id, time, truncation. */
  readonly footer?: T
  /** In place of the tone's sign before the title. */
  readonly glyph?: string
  /** RGB in place of the tone's colour. */
  readonly colour?: number
  /** The whole in one line, for locked screens and whoever sees no embeds. */
  readonly short?: T
  /** Who is pinged by this message; whatever else is written in it pings nobody. */
  readonly mention?: ReadonlyArray<Pick<Actor, 'platform' | 'id' | 'name'>>
}

/** Where pictures lie that are too large to be in the records that speak of them. */
export const PICTURES = 'picture'

/** A reply in one language: what adapters render. */
export interface SaidReply extends Reply<string> {
  readonly locale: Locale
}

type Rest = Omit<Reply, 'tone' | 'title' | 'blocks'>
const make =
  (tone: Tone) =>
  (title: Text, blocks: readonly Block[] = [], rest: Rest = {}): Reply => ({
    tone,
    title,
    blocks,
    ...rest,
  })

/** A reply of each tone: `reply.ok(title, blocks, { actions })`. */
export const reply = {
  ok: make('ok'),
  info: make('info'),
  warn: make('warn'),
  error: make('error'),
  pending: make('pending'),
}

export const text = (value: Text): Block => ({ type: 'text', text: value })
/** Words in which `{0}`, `{1}` … stand for moments. */
export const textAt = (value: Text, ...times: readonly Moment[]): Block => ({
  type: 'text',
  text: value,
  times,
})
export const code = (value: Text, language?: string): Block => ({
  type: 'code',
  code: value,
  ...(language === undefined ? {} : { language }),
})
export const table = (head: readonly Text[], rows: ReadonlyArray<readonly Text[]>): Block => ({
  type: 'table',
  head,
  rows,
})

/** Label and value pairs; a pair without a value is left out. */
export const fields = (
  ...pairs: ReadonlyArray<readonly [label: Text, value: Text | number | undefined]>
): Block => ({
  type: 'fields',
  fields: pairs.flatMap(([label, value]) =>
    value === undefined
      ? []
      : [[label, typeof value === 'number' ? String(value) : value] as const],
  ),
})
