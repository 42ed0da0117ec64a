import type { Reply } from '../../core/reply.ts'
import { answer, inLocale, type Kit, requestOf } from './kit.ts'
import type { Me, Received } from './messages.ts'
import type { Questions } from './questions.ts'
import { senderOf } from './sender.ts'
import { NOT_A_FILE, NOT_HERE, NOT_YOURS } from './value-sentences.ts'
import { burn, takeValue } from './values.ts'

/**
 * A message that is no text. In the private chat a document is the value that is waited for; a picture, or somebody else's file, sent in its
 * place is taken out of the chat, too, and so is a file that answers us in a group. Everything else is none of ours.
 */
export async function onUpload(
  kit: Kit,
  questions: Questions,
  { message, id, me }: { readonly message: Received; readonly id: string; readonly me: Me },
): Promise<void> {
  const { chat, from, document, photo, date } = message
  const isPrivate = chat.type === 'private'
  const isToUs = isPrivate || message.reply_to_message?.from?.id === me.id
  if (!from || from.is_bot || !isToUs || (document ?? photo) === undefined) return
  const prompt = await questions.waiting(String(from.id))
  if (!prompt) return
  // what comes late is refused in the private chat alone, and only what may have been meant
  const mayBeLate = isPrivate && document !== undefined
  if (!mayBeLate && !(await questions.isPrompt(prompt, id))) return
  if (!kit.seen.claim(id)) return
  const asked = { id, person: from, message, surface: 'modal', at: date * 1000 } as const
  const request = requestOf(kit, asked)
  const wrong = isPrivate ? wrongHere(message) : NOT_HERE
  if (document && wrong === undefined)
    return takeValue(kit, questions, { request, prompt, given: document, words: undefined })
  await burn(kit, request, false)
  await answer(kit, request, inLocale(request, wrong ?? NOT_A_FILE))
}

/** What is forwarded is another one's word, who need not know what becomes of it. */
function wrongHere(message: Received): Reply | undefined {
  if (senderOf(message).kind !== 'person') return NOT_YOURS
  return message.document === undefined ? NOT_A_FILE : undefined
}
