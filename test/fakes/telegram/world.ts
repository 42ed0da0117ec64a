import { EventEmitter } from 'node:events'
import { bad } from './errors.ts'
import type { Entity } from './html.ts'

export interface FakeUser {
  readonly id: number
  readonly first_name: string
  readonly username?: string
  readonly language_code?: string
  readonly is_bot: boolean
}
export interface FakeChat {
  id: number
  type: 'private' | 'group' | 'supergroup'
  readonly title?: string
  readonly forum: boolean
  /** Whether the bot is an administrator, who reads everything (privacy mode off). */
  readonly admin: boolean
  readonly topics: Set<number>
  next: number
}
export interface FakeButton {
  readonly label: string
  readonly data?: string
  readonly url?: string
}
/** One message as it stands now: edits change it in place. */
export interface FakeMessage {
  readonly id: number
  readonly chat: FakeChat
  readonly from: FakeUser | undefined
  readonly date: number
  text: string
  entities: readonly Entity[]
  buttons: ReadonlyArray<readonly FakeButton[]>
  readonly ask: { readonly placeholder?: string; readonly selective?: boolean } | undefined
  readonly document: { readonly name: string; readonly content: string } | undefined
  readonly topic: number | undefined
  readonly replyTo: number | undefined
  /** Fields of an unusual sender, as they go out: `sender_chat`, `forward_origin`, … */
  readonly odd: Readonly<Record<string, unknown>>
  edited: number | undefined
  deleted: boolean
  /** Every text it has had, the present one last. */
  readonly history: string[]
}
/** A file that a person sent; gone with its message. */
interface FakeFile {
  readonly content: Uint8Array
  readonly path: string
  readonly message: FakeMessage
}
export interface Callback {
  readonly id: string
  readonly from: FakeUser
  readonly at: number
  answer: { readonly text: string; readonly alert: boolean } | undefined
}

/** People, chats and messages of the double, and who may be written to. */
export interface World {
  readonly bot: FakeUser & { readonly username: string }
  readonly users: Map<number, FakeUser>
  readonly chats: Map<number, FakeChat>
  /** Old chat id to new, of groups that became supergroups. */
  readonly migrated: Map<number, number>
  readonly started: Set<number>
  readonly blocked: Set<number>
  /** `<chat> <user>` of those who were removed, the bot too. */
  readonly removed: Set<string>
  readonly messages: FakeMessage[]
  /** What people sent, by its id. */
  readonly files: Map<string, FakeFile>
  readonly callbacks: Map<string, Callback>
  readonly commands: Map<string, readonly unknown[]>
  readonly events: EventEmitter
  readonly now: () => number
}

export function createWorld(now: () => number): World {
  const events = new EventEmitter()
  events.setMaxListeners(0)
  return {
    bot: {
      id: 7_000_000_001,
      is_bot: true,
      first_name: 'OpenClaw Ops',
      username: 'openclaw_ops_bot',
    },
    users: new Map(),
    chats: new Map(),
    migrated: new Map(),
    started: new Set(),
    blocked: new Set(),
    removed: new Set(),
    messages: [],
    files: new Map(),
    callbacks: new Map(),
    commands: new Map(),
    events,
    now,
  }
}

type New = Pick<FakeMessage, 'chat' | 'from'> & Partial<FakeMessage>

/** Adds a message to its chat under the chat's next number. */
export function addMessage(world: World, message: New): FakeMessage {
  const text = message.text ?? ''
  const added: FakeMessage = {
    id: message.chat.next++,
    date: Math.floor(world.now() / 1000),
    text,
    entities: [],
    buttons: [],
    ask: undefined,
    document: undefined,
    topic: undefined,
    replyTo: undefined,
    odd: {},
    edited: undefined,
    deleted: false,
    history: [text],
    ...message,
  }
  world.messages.push(added)
  world.events.emit('change')
  return added
}

export const findMessage = (world: World, chat: FakeChat, id: unknown): FakeMessage | undefined =>
  world.messages.find((one) => one.chat === chat && one.id === id && !one.deleted)

/** The chat a request names; 400 when there is none, with the new id when it has moved. */
export function findChat(world: World, id: unknown): FakeChat {
  const chat = world.chats.get(Number(id))
  if (!chat) throw bad('chat not found')
  return chat
}

/** The chat as updates and answers carry it. */
export const chatJson = (chat: FakeChat, world: World) =>
  chat.type === 'private'
    ? {
        id: chat.id,
        type: 'private',
        first_name: world.users.get(chat.id)?.first_name ?? '?',
      }
    : {
        id: chat.id,
        type: chat.type,
        title: chat.title,
        ...(chat.forum && { is_forum: true }),
      }

/** A message as updates and answers carry it. */
export function messageJson(world: World, message: FakeMessage, depth = 0): object {
  const { chat, replyTo, topic, document, buttons } = message
  const replied =
    depth === 0 && replyTo !== undefined ? findMessage(world, chat, replyTo) : undefined
  return {
    message_id: message.id,
    date: message.date,
    chat: chatJson(chat, world),
    ...(message.from && { from: message.from }),
    ...(message.text !== '' && !document && { text: message.text }),
    ...(message.entities.length > 0 && { entities: message.entities }),
    ...(message.edited !== undefined && { edit_date: message.edited }),
    ...(topic !== undefined && { message_thread_id: topic, is_topic_message: true }),
    ...(document && {
      document: { file_id: `f${message.id}`, file_unique_id: 'u', file_name: document.name },
    }),
    ...(replied && { reply_to_message: messageJson(world, replied, 1) }),
    ...(buttons.length > 0 && { reply_markup: { inline_keyboard: buttons.map(rowJson) } }),
    ...message.odd,
  }
}

const rowJson = (row: readonly FakeButton[]) =>
  row.map(({ label, data, url }) => ({
    text: label,
    ...(data !== undefined && { callback_data: data }),
    ...(url !== undefined && { url }),
  }))
