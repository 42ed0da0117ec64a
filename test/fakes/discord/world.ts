import { EventEmitter } from 'node:events'
import type {
  APIActionRowComponent,
  APIComponentInMessageActionRow,
  APIEmbed,
  APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10'

export interface FakeUser {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly locale: string
  /** Takes no direct messages from the bot: 50007. */
  readonly closed: boolean
}
export interface FakeChannel {
  readonly id: string
  readonly type: number
  readonly guild?: string
  readonly parent?: string
  /** The person of a direct channel. */
  readonly recipient?: string
  /** What a thread is called. */
  readonly name?: string
  /** A thread that is folded away, and one that only moderators open again. */
  archived?: boolean
  locked?: boolean
}
export interface FakeGuild {
  readonly id: string
  readonly unavailable: boolean
}
export type Row = APIActionRowComponent<APIComponentInMessageActionRow>

/** A message as Discord holds it now; it changes in place. */
export interface FakeMessage {
  readonly id: string
  readonly channel: string
  /** Who alone sees it. */
  readonly only?: string
  /** "Thinking…": deferred, without words yet. */
  loading: boolean
  deleted: boolean
  content: string
  embeds: APIEmbed[]
  components: Row[]
  /** Names and texts of the attached files. */
  files: Array<{ name: string; text: string }>
  mentions: string[]
  edits: number
  nonce?: string
}

/** What Discord made of the answer to an interaction. */
export interface Shown {
  /** Callback type: 4 reply, 5 deferred reply, 6 deferred update, 8 choices, 9 modal. */
  readonly ack: number
  readonly message: FakeMessage | undefined
  readonly modal: APIModalInteractionResponseCallbackData | undefined
  readonly choices: ReadonlyArray<{ name: string; value: string | number }> | undefined
}
export interface Exchange {
  readonly id: string
  readonly token: string
  readonly createdAt: number
  readonly user: FakeUser
  readonly channel: FakeChannel
  /** The message whose component was used. */
  readonly source: FakeMessage | undefined
  readonly isModalSubmit: boolean
  ack: number | undefined
  original: FakeMessage | undefined
  readonly made: Set<string>
  /** Settles with the first answer and with the first words, in that order. */
  readonly acked: PromiseWithResolvers<number>
  readonly shown: PromiseWithResolvers<Shown>
}
/** What a person uploads in a modal. */
export interface FakeUpload {
  readonly name: string
  readonly content: Uint8Array
  /** What Discord says of it, where that is to differ from what it is. */
  readonly size?: number
  readonly url?: string
  /** Where its address leads on to. */
  readonly redirect?: string
}
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly status: number
}
export interface Fault {
  /** Start of `METHOD /path`, without `/api/v10`. */
  readonly on: string
  readonly times?: number
  readonly status?: number
  readonly code?: number
  /** In seconds, for 429. */
  readonly retryAfter?: number
  readonly global?: boolean
  /** Cuts the connection: before anything was done, or after it with the answer lost. */
  readonly reset?: 'before' | 'after'
}

export interface World {
  readonly clock: { readonly now: () => number }
  readonly snowflake: () => string
  readonly token: string
  readonly app: string
  readonly users: Map<string, FakeUser>
  readonly guilds: Map<string, FakeGuild>
  /** `<guild> <id>` of people and roles that are not there any more, or the bot's own id. */
  readonly left: Set<string>
  readonly channels: Map<string, FakeChannel>
  readonly messages: Map<string, FakeMessage>
  /** By nonce, the message it was sent with. */
  readonly nonces: Map<string, string>
  readonly exchanges: Map<string, Exchange>
  /** By path. */
  readonly uploads: Map<string, FakeUpload>
  readonly requests: SeenRequest[]
  readonly violations: string[]
  readonly faults: Array<Fault & { left: number }>
  /** `message` with a FakeMessage, `request` with a SeenRequest, `identify`, `resume`, `heartbeat`, `gone`. */
  readonly events: EventEmitter
  commands: RegisteredCommand[]
}
export interface RegisteredCommand {
  readonly id: string
  readonly name: string
  readonly options?: readonly CommandOption[]
}
export interface CommandOption {
  readonly type: number
  readonly name: string
  readonly required?: boolean
  readonly autocomplete?: boolean
  readonly choices?: ReadonlyArray<{ name: string; value: string | number }>
  readonly options?: readonly CommandOption[]
}

const EPOCH = 1_420_070_400_000

/** An empty Discord with one application. Ids carry the clock's time, as the real ones do. */
export function createWorld(clock: World['clock']): World {
  let count = 0
  const snowflake = (): string =>
    String((BigInt(clock.now() - EPOCH) << 22n) | BigInt(count++ % 4_194_304))
  return {
    clock,
    snowflake,
    token: 'fake.discord.token',
    app: snowflake(),
    users: new Map(),
    guilds: new Map(),
    left: new Set(),
    channels: new Map(),
    messages: new Map(),
    nonces: new Map(),
    exchanges: new Map(),
    uploads: new Map(),
    requests: [],
    violations: [],
    faults: [],
    events: new EventEmitter().setMaxListeners(0),
    commands: [],
  }
}

/** Everything a person could read in a message. */
export function textOf(message: FakeMessage): string {
  const embeds = message.embeds.flatMap(({ title, description, fields, footer }) => [
    title,
    description,
    ...(fields ?? []).map(({ name, value }) => `${name}: ${value}`),
    footer?.text,
  ])
  return [message.content, ...embeds].filter(Boolean).join('\n')
}
