import { type Oddity, oddSender } from './senders.ts'
import { type Sent, sendFile } from './sending.ts'
import { announceMove, leave } from './service.ts'
import type { Updates } from './updates.ts'
import {
  addMessage,
  type Callback,
  type FakeChat,
  type FakeMessage,
  type FakeUser,
  messageJson,
  type World,
} from './world.ts'

interface SayOptions {
  readonly as?: Oddity
  /** The topic it is written in. */
  readonly topic?: number
  /** Extra fields, e.g. the thread id of a reply in General, which is no topic. */
  readonly extra?: Readonly<Record<string, unknown>>
  readonly replyTo?: FakeMessage
  /** How long ago it was written, in ms. */
  readonly agoMs?: number
}
/** A message on its way: what it is, and the update that carries it. */
interface Said {
  readonly message: FakeMessage
  readonly update: number
}
export interface Pressed extends Callback {
  readonly update: number
  readonly data: string
}

/** What people do. */
export interface People extends Presses {
  readonly user: (options?: Partial<FakeUser>) => FakeUser
  /** A group; `topics: true` makes it a forum, `admin: true` lets the bot read everything. */
  readonly group: (options?: { topics?: boolean; admin?: boolean; title?: string }) => FakeChat
  /** The private chat with a person; whether the bot may write there depends on what they did before. */
  readonly private: (user: FakeUser) => FakeChat
  /** Adds a topic to a forum and gives its id. */
  readonly topic: (chat: FakeChat) => number
  readonly say: (user: FakeUser, chat: FakeChat, text: string, options?: SayOptions) => Said
  /** Sends a document, or a picture. */
  readonly send: (user: FakeUser, chat: FakeChat, sent: Sent, options?: SayOptions) => Said
  readonly reply: (user: FakeUser, message: FakeMessage, text: string, options?: SayOptions) => Said
  /** Opens the private chat, as the Start button and links to the bot do. */
  readonly start: (user: FakeUser, payload?: string) => Said
  readonly block: (user: FakeUser) => void
  /** Somebody leaves a group, or (without a person) the bot is removed and told so. */
  readonly leave: (chat: FakeChat, user?: FakeUser) => void
  /** Changes what was said before; bots get `edited_message`. */
  readonly edit: (said: Said, text: string) => number
  /** Turns a group into a supergroup; without the service message when `silent`. */
  readonly migrate: (chat: FakeChat, options?: { silent?: boolean }) => FakeChat
}

export function createPeople(world: World, updates: Updates): People {
  let groups = 2_000_000_000
  let topics = 10

  const add = (chat: Omit<FakeChat, 'next' | 'topics'>): FakeChat => {
    const made = { ...chat, topics: new Set<number>(), next: 100 }
    world.chats.set(made.id, made)
    return made
  }
  const inPrivate = (user: FakeUser) =>
    world.chats.get(user.id) ?? add({ id: user.id, type: 'private', forum: false, admin: false })
  const say: People['say'] = (user, chat, text, options = {}) =>
    sayIn(world, updates, { user, chat, text, options })
  return {
    user: createUsers(world),
    group: ({ topics: forum = false, admin = false, title = 'Ops' } = {}) => {
      const id = forum ? supergroup(++groups) : -++groups
      return add({ id, type: forum ? 'supergroup' : 'group', title, forum, admin })
    },
    private: inPrivate,
    topic: (chat) => {
      chat.topics.add(++topics)
      return topics
    },
    say,
    send: (user, chat, sent, options = {}) =>
      sendFile(world, sent, (fields) =>
        say(user, chat, '', { ...options, extra: { ...options.extra, ...fields } }),
      ),
    reply: (user, message, text, options) =>
      say(user, message.chat, text, { ...inTopicOf(message), ...options, replyTo: message }),
    start: (user, payload) =>
      say(user, inPrivate(user), payload === undefined ? '/start' : `/start ${payload}`),
    block: (user) => void world.blocked.add(user.id),
    leave: (chat, user) => leave(world, updates, { chat, user: user ?? world.bot }),
    edit: ({ message }, text) => edit(world, updates, { message, text }),
    ...createPresses(world, updates),
    migrate: (chat, { silent = false } = {}) => {
      const moved = add({ ...chat, id: supergroup(++groups), type: 'supergroup' })
      world.migrated.set(chat.id, moved.id)
      if (!silent) announceMove(world, updates, { chat, moved })
      return moved
    },
  }
}

function createUsers(world: World): People['user'] {
  let people = 5_000_000_000
  return (options = {}) => {
    const id = options.id ?? ++people
    const user = { id, is_bot: false, first_name: `User${id % 1000}`, ...options }
    world.users.set(id, user)
    return user
  }
}

const inTopicOf = ({ topic }: FakeMessage) => (topic === undefined ? {} : { topic })
const supergroup = (n: number) => -1_000_000_000_000 - n

interface Presses {
  readonly press: (message: FakeMessage, label: string, user: FakeUser) => Pressed
  /** Sends any data as a press, as a changed client could. */
  readonly pressRaw: (message: FakeMessage, data: string, user: FakeUser) => Pressed
}

function createPresses(world: World, updates: Updates): Presses {
  let queries = 4_000_000_000_000
  const pressRaw: Presses['pressRaw'] = (message, data, from) => {
    const id = String(queries++)
    const callback: Callback = { id, from, at: world.now(), answer: undefined }
    world.callbacks.set(id, callback)
    const chat_instance = String(message.chat.id)
    const query = { id, from, message: messageJson(world, message), chat_instance, data }
    return Object.assign(callback, { update: updates.push('callback_query', query), data })
  }
  return {
    pressRaw,
    press: (message, label, user) => {
      const button = message.buttons.flat().find((one) => one.label === label)
      if (button?.data === undefined)
        throw new Error(`no button ${label} among ${JSON.stringify(message.buttons)}`)
      return pressRaw(message, button.data, user)
    },
  }
}

function edit(
  world: World,
  updates: Updates,
  { message, text }: { message: FakeMessage; text: string },
): number {
  Object.assign(message, { text, edited: Math.floor(world.now() / 1000) })
  return updates.push('edited_message', messageJson(world, message))
}

interface Saying {
  readonly user: FakeUser
  readonly chat: FakeChat
  readonly text: string
  readonly options: SayOptions
}

function sayIn(world: World, updates: Updates, { user, chat, text, options }: Saying): Said {
  const { from, odd } = oddSender(world, options.as, { user, chat })
  const command = /^\/\w+(@\w+)?/.exec(text)?.[0]
  const message = addMessage(world, {
    chat,
    from,
    text,
    odd: { ...odd, ...options.extra },
    entities: command ? [{ type: 'bot_command', offset: 0, length: command.length }] : [],
    topic: options.topic,
    replyTo: options.replyTo?.id,
    date: Math.floor((world.now() - (options.agoMs ?? 0)) / 1000),
  })
  if (chat.type === 'private') world.started.add(user.id)
  const update = isHeard(world, message, options.replyTo)
    ? updates.push('message', messageJson(world, message))
    : 0
  return { message, update }
}

/** Privacy mode: in a group the bot gets commands for it or for nobody in particular, and replies to its messages. */
function isHeard(world: World, message: FakeMessage, replyTo: FakeMessage | undefined): boolean {
  if (message.chat.type === 'private' || message.chat.admin) return true
  if (replyTo?.from?.id === world.bot.id) return true
  const named = /^\/\w+(?:@(\w+))?/.exec(message.text)
  return named !== null && (named[1] ?? world.bot.username).toLowerCase() === world.bot.username
}
