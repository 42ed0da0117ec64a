import type { Press } from '../../core/invocation.ts'
import type { Reply } from '../../core/reply.ts'
import { settle } from './flow.ts'
import { answer, inLocale, type Kit, type Request, requestOf } from './kit.ts'
import { isHandover } from './private.ts'
import { onUpload } from './uploads.ts'
import { awaited, burn, type Sheet, takeValue } from './values.ts'
import { type Prompt, PROMPT_MARK, type Questions } from './questions.ts'
import { type Sent, senderOf } from './sender.ts'
import { badWords, DEAD_LINK, PLAIN_TALK, QUESTION_OVER, UNCLEAR_SENDER } from './sentences.ts'
import { readCommand, type Words } from './words.ts'

/** A part of the Bot API's Message. */
export interface Received extends Sent {
  readonly message_id: number
  readonly date: number
  readonly text?: string
  readonly document?: Sheet
  readonly photo?: object
  readonly reply_to_message?: Sent & { readonly message_id: number; readonly text?: string }
  readonly migrate_to_chat_id?: number
}
export interface Me {
  readonly id: number
  readonly username: string
}

/** Commands older than this were waiting for us, not the other way round. */
const STALE_MS = 60_000

/** Handles one new message: a command, a link that was followed, or the answer to a question, which may be a file. */
export async function onMessage(
  kit: Kit,
  questions: Questions,
  { message, update, me }: { message: Received; update: number; me: Me },
): Promise<void> {
  const { chat, text, reply_to_message: replied } = message
  if (message.migrate_to_chat_id !== undefined)
    return kit.api.move(String(chat.id), String(message.migrate_to_chat_id))
  const id = `t-${update}`
  if (chat.type === 'channel') return undefined
  if (text === undefined) return onUpload(kit, questions, { message, id, me })
  if (!kit.seen.claim(id)) return undefined
  const words = readCommand(text, me.username)
  const value = await awaited(kit, questions, { message, words, me })
  const toUs = replied?.from?.id === me.id
  if (!value && (words ? !isForUs(kit, words, chat.type) : !toUs)) return hintTalk(kit, message, id)
  const sender = senderOf(message)
  if (sender.kind === 'nobody') return undefined
  if (sender.kind === 'unclear') return words ? refuseUnclear(kit, message, id) : undefined
  const at = message.date * 1000
  const { person } = sender
  const surface = words && !value ? 'text' : 'modal'
  const request = requestOf(kit, { id, person, message, surface, at })
  if (value) return takeValue(kit, questions, { request, prompt: value, given: text, words })
  const prompt = replied && { chat: String(chat.id), message: String(replied.message_id) }
  if (!words && prompt && !(await questions.isPrompt(prompt, id)))
    return isOldPrompt(replied?.text) ? tell(kit, request, QUESTION_OVER) : undefined
  if (kit.clock.now() - at > STALE_MS)
    return void (await answer(kit, request, kit.front.stale(request)))
  if (words?.kind === 'command') return runWords(kit, questions, { request, words: words.words })
  if (words) return followLink(kit, questions, { request, token: words.token })
  if (prompt) await takeAnswer(kit, questions, { request, prompt, text })
}

const isOldPrompt = (text = '') => text.startsWith(PROMPT_MARK)

async function tell(kit: Kit, request: Request, reply: Reply): Promise<void> {
  kit.accepted()
  await answer(kit, request, inLocale(request, reply))
}

/** In a group, a bare `/name` that is no command of ours was meant for another bot. */
function isForUs(kit: Kit, words: Words, chat: string): boolean {
  if (chat === 'private') return true
  return words.kind === 'command' && (words.ours || kit.known.has(words.name))
}

/** Said once in ten minutes per chat: an automatic forward must not set off a conversation. */
async function refuseUnclear(kit: Kit, message: Received, id: string): Promise<void> {
  const chat = String(message.chat.id)
  if (!kit.unclear.claim(chat)) return undefined
  const person = { id: message.chat.id, is_bot: false, first_name: '' }
  const request = requestOf(kit, { id, person, message, surface: 'text', at: message.date * 1000 })
  await tell(kit, request, UNCLEAR_SENDER)
}

/** Plain words in a private chat may be meant as the answer to a question that only takes replies: said as seldom. */
async function hintTalk(kit: Kit, message: Received, id: string): Promise<void> {
  const { chat, date } = message
  const sender = senderOf(message)
  if (chat.type !== 'private' || sender.kind !== 'person') return undefined
  if (!kit.hinted.claim(String(chat.id))) return undefined
  const { person } = sender
  const request = requestOf(kit, { id, person, message, surface: 'text', at: date * 1000 })
  await tell(kit, request, PLAIN_TALK)
}

interface Typed {
  readonly request: Request
  readonly words: string
}

async function runWords(kit: Kit, questions: Questions, { request, words }: Typed): Promise<void> {
  const read = kit.readWords(words)
  if ('problem' in read) return tell(kit, request, badWords(read.problem))
  const { command, input } = read
  const admission = kit.front.admit({ ...request, command, input })
  if (admission.kind === 'question') return questions.ask(request, admission)
  if (admission.kind === 'refused' && admission.burnt) await burn(kit, request)
  await settle(kit, request, admission)
}

interface Followed {
  readonly request: Request
  readonly token: string
}

/** A link is either words that wait for this person, or a button pressed from afar. */
async function followLink(kit: Kit, questions: Questions, followed: Followed): Promise<void> {
  const { request, token } = followed
  if (!isHandover(token)) return runPress(kit, questions, { ...request, surface: 'button', token })
  const kept = await kit.inPrivate.redeem(request.actor.id, token)
  if (!kept) return tell(kit, request, DEAD_LINK)
  await answer(kit, request, kept)
}

interface Answered {
  readonly request: Request
  readonly prompt: Prompt
  readonly text: string
}

async function takeAnswer(kit: Kit, questions: Questions, answered: Answered): Promise<void> {
  const { request, prompt, text } = answered
  const asked = await questions.take(prompt, request)
  // the question was put to somebody else, or this is its second answer
  if (!asked) return undefined
  if (asked.secret) await burn(kit, request, false)
  const { token, place, address } = asked
  await runPress(kit, questions, { ...request, place, address, token, answer: text })
}

async function runPress(kit: Kit, questions: Questions, press: Press): Promise<void> {
  const admission = await kit.front.press(press)
  if (admission.kind === 'question') return questions.ask(press, admission)
  await settle(kit, press, admission, press.address.message)
}
