import type { GivenFile } from '../../core/invocation.ts'
import { MOST_BYTES, wrongSize } from '../../core/private-file.ts'
import type { Reply } from '../../core/reply.ts'
import { isDeletedAlready } from './errors.ts'
import { settle } from './flow.ts'
import { answer, inLocale, type Kit, type Request } from './kit.ts'
import { LIMITS } from './limits.ts'
import type { Me, Received } from './messages.ts'
import { patiently } from './patience.ts'
import type { Prompt, Questions } from './questions.ts'
import { DELETED, NOT_DELETED, VALUE_CANCELLED, VALUE_CUT, VALUE_LATE } from './value-sentences.ts'
import type { Words } from './words.ts'

interface Arrived {
  readonly message: Received
  readonly words: Words | undefined
  readonly me: Me
}

/** The open question that this message answers because it comes next; commands of ours and answers to other questions do not. */
export async function awaited(
  kit: Kit,
  questions: Questions,
  { message: { chat, reply_to_message: replied }, words, me }: Arrived,
): Promise<Prompt | undefined> {
  if (chat.type !== 'private' || (words && isOwn(kit, words))) return undefined
  const prompt = await questions.waiting(String(chat.id))
  const other = replied?.from?.id === me.id && String(replied.message_id) !== prompt?.message
  return other ? undefined : prompt
}

const isOwn = (kit: Kit, words: Words): boolean =>
  words.kind === 'link' || words.ours || (kit.known.has(words.name) && words.name !== CANCEL)
const CANCEL = 'cancel'

/** A part of the Bot API's Document. */
export interface Sheet {
  readonly file_id: string
  readonly file_size?: number
}

interface Given {
  readonly request: Request
  readonly prompt: Prompt
  readonly given: string | Sheet
  readonly words: Words | undefined
}

/** Takes the message out of the chat, says so, and goes on with the command that waits for it. */
export async function takeValue(kit: Kit, questions: Questions, arrived: Given): Promise<void> {
  const { request, prompt, given, words } = arrived
  const { actor } = request
  if (words?.kind === 'command' && words.name === CANCEL) {
    await questions.cancel(prompt, actor.id)
    return tell(kit, request, VALUE_CANCELLED)
  }
  const asked = await questions.take(prompt, request)
  // before the message goes, for what it points to may go with it
  const value =
    typeof given === 'string' ? { answer: given } : asked && { file: await fileOf(kit, given) }
  await burn(kit, request)
  // longer ones arrive in pieces: this is the first of them
  const cut = typeof given === 'string' && given.length >= LIMITS.text
  if (!asked || cut) {
    await questions.cancel(prompt, actor.id)
    return tell(kit, request, cut ? VALUE_CUT : VALUE_LATE)
  }
  const { token, place, address } = asked
  const press = { ...request, place, address, token, ...value }
  const admission = await kit.front.press(press)
  if (admission.kind === 'question') return questions.ask(press, admission)
  await settle(kit, press, admission)
  await questions.cancel(prompt, actor.id)
}

/** What Telegram says is too large or empty is not fetched. */
async function fileOf(kit: Kit, { file_id, file_size: size }: Sheet): Promise<GivenFile> {
  if (wrongSize({ size }) !== undefined)
    return { size, read: () => Promise.reject(new Error('it was not fetched')) }
  const fetched = kit.api.download(file_id, MOST_BYTES)
  await fetched.catch(() => {})
  return { size, read: () => fetched }
}

/** Deletes what must not stay in a chat, and says whether that went well; deleted is not unseen. */
export async function burn(kit: Kit, request: Request, isTold = true): Promise<void> {
  const { chat, replyTo = '' } = request.address
  try {
    const which = { chat_id: Number(chat), message_id: Number(replyTo) }
    await patiently(kit, () => kit.api.call('deleteMessage', which))
  } catch (error) {
    if (!isDeletedAlready(error)) {
      kit.log.warn({ err: error }, 'a typed secret could not be deleted')
      return tell(kit, request, NOT_DELETED)
    }
  }
  if (isTold) await tell(kit, request, DELETED)
}

async function tell(kit: Kit, request: Request, reply: Reply): Promise<void> {
  await answer(kit, request, inLocale(request, reply))
}
