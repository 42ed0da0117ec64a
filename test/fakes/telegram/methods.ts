import { readAsk, readButtons, readText, record } from './content.ts'
import { ApiError, bad } from './errors.ts'
import { type Params, isUpload } from './validate.ts'
import {
  addMessage,
  type FakeChat,
  findChat,
  findMessage,
  messageJson,
  type World,
} from './world.ts'

export interface Deps {
  readonly world: World
  /** Throws 429 when the chat gets too much. */
  readonly pace: (chat: FakeChat) => void
}
export type Method = (deps: Deps, params: Params) => unknown

/** How long a callback may wait for its answer, in ms (seen at 15 s and more). */
const CALLBACK_MS = 15_000
const LATE = 'query is too old and response timeout expired or query ID is invalid'

/** The methods about messages, with the semantics of the Bot API server. */
export const MESSAGES: Readonly<Record<string, Method>> = {
  sendMessage: (deps, params) => {
    const said = readText(params, 'text', 4096)
    return send(deps, params, said)
  },
  sendDocument: (deps, params) => {
    const file = params['document']
    if (!isUpload(file)) throw bad('there is no document in the request')
    if (file.content === '') throw bad('file must be non-empty')
    const said = readText(params, 'caption', 1024)
    return send(deps, params, { ...said, document: { name: file.name, content: file.content } })
  },
  sendPhoto: (deps, params) => {
    const file = params['photo']
    if (!isUpload(file)) throw bad('there is no photo in the request')
    if (!file.content.slice(1).startsWith('PNG')) throw bad('IMAGE_PROCESS_FAILED')
    const said = readText(params, 'caption', 1024)
    return send(deps, params, { ...said, document: { name: file.name, content: file.content } })
  },
  getChatMember: ({ world }, params) => {
    const chat = target(world, params)
    const user = world.users.get(Number(params['user_id'])) ?? world.bot
    const status = world.removed.has(`${chat.id} ${user.id}`) ? 'left' : 'member'
    return { user, status }
  },
  getFile: ({ world }, params) => {
    const id = String(params['file_id'])
    const file = world.files.get(id)
    if (!file || file.message.deleted)
      throw bad('wrong file_id or the file is temporarily unavailable')
    const file_size = file.content.length
    if (file_size > 20_000_000) throw bad('file is too big')
    return { file_id: id, file_unique_id: `u${id}`, file_size, file_path: file.path }
  },
  editMessageText,
  editMessageReplyMarkup: ({ world }, params) => {
    const message = mine(world, params, 'edit')
    message.buttons = readButtons(params['reply_markup'])
    world.events.emit('change')
    return messageJson(world, message)
  },
  deleteMessage: ({ world }, params) => {
    const message = findMessage(world, target(world, params), params['message_id'])
    if (!message) throw bad('message to delete not found')
    const own = message.from?.id === world.bot.id
    if (!own && message.chat.type !== 'private' && !message.chat.admin)
      throw bad("message can't be deleted")
    if (world.now() / 1000 - message.date > 48 * 3600) throw bad("message can't be deleted")
    message.deleted = true
    world.events.emit('change')
    return true
  },
  sendChatAction: ({ world }, params) => {
    checkTopic(target(world, params), params['message_thread_id'])
    return true
  },
  answerCallbackQuery: ({ world }, params) => {
    const callback = world.callbacks.get(String(params['callback_query_id']))
    if (!callback || callback.answer || world.now() - callback.at >= CALLBACK_MS) throw bad(LATE)
    const text = typeof params['text'] === 'string' ? params['text'] : ''
    if (text.length > 200) throw bad('MESSAGE_TOO_LONG')
    callback.answer = { text, alert: params['show_alert'] === true }
    world.events.emit('change')
    return true
  },
}

/** The chat a request may write to: known, not moved away, and willing. */
function target(world: World, params: Params): FakeChat {
  const moved = world.migrated.get(Number(params['chat_id']))
  if (moved !== undefined)
    throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: moved,
    })
  const chat = findChat(world, params['chat_id'])
  if (world.removed.has(`${chat.id} ${world.bot.id}`))
    throw new ApiError(403, 'Forbidden: bot was kicked from the group chat')
  if (chat.type !== 'private') return chat
  if (world.blocked.has(chat.id)) throw new ApiError(403, 'Forbidden: bot was blocked by the user')
  if (!world.started.has(chat.id))
    throw new ApiError(403, "Forbidden: bot can't initiate conversation with a user")
  return chat
}

function checkTopic(chat: FakeChat, topic: unknown): number | undefined {
  if (topic === undefined) return undefined
  if (typeof topic !== 'number' || !chat.topics.has(topic)) throw bad('message thread not found')
  return topic
}

type Content = ReturnType<typeof readText> & { document?: { name: string; content: string } }

function send({ world, pace }: Deps, params: Params, content: Content): object {
  const chat = target(world, params)
  const topic = checkTopic(chat, params['message_thread_id'])
  const reply = record(params['reply_parameters'])
  const replied = reply && findMessage(world, chat, reply['message_id'])
  if (reply && !replied && reply['allow_sending_without_reply'] !== true)
    throw bad('message to be replied not found')
  const buttons = readButtons(params['reply_markup'])
  const ask = readAsk(params['reply_markup'])
  pace(chat)
  const message = addMessage(world, {
    chat,
    from: world.bot,
    ...content,
    buttons,
    ask,
    topic: topic ?? replied?.topic,
    replyTo: replied?.id,
  })
  return messageJson(world, message)
}

function mine(world: World, params: Params, verb: string) {
  const message = findMessage(world, target(world, params), params['message_id'])
  if (!message) throw bad(`message to ${verb} not found`)
  if (message.from?.id !== world.bot.id) throw bad(`message can't be ${verb}ed`)
  return message
}

function editMessageText({ world, pace }: Deps, params: Params): object {
  const message = mine(world, params, 'edit')
  const said = readText(params, 'text', 4096)
  const buttons = readButtons(params['reply_markup'])
  if (message.document) throw bad('there is no text in the message to edit')
  const now = JSON.stringify([said.text, said.entities, buttons])
  if (JSON.stringify([message.text, message.entities, message.buttons]) === now)
    throw bad(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  pace(message.chat)
  Object.assign(message, said, { buttons, edited: Math.floor(world.now() / 1000) })
  message.history.push(said.text)
  world.events.emit('change')
  return messageJson(world, message)
}
