import type { Question } from '../../core/front.ts'
import type { Address, Place } from '../../core/invocation.ts'
import { truncate } from '../../core/text.ts'
import { isForbidden } from './errors.ts'
import { clean, escapeHtml } from './html.ts'
import { answer, inLocale, type Kit, type Request } from './kit.ts'
import { LIMITS } from './limits.ts'
import { patiently } from './patience.ts'
import { askPrivately } from './sentences.ts'

/** What a prompt stands for: who may answer it, and where the question came from. */
interface Asked {
  readonly token: string
  readonly user: string
  readonly secret: boolean
  /** The place and address of the press: a secret is answered elsewhere, but counts there. */
  readonly place: Place
  readonly address: Address
  /** When the question is over, in ms. */
  readonly until: number
}

/** Asks for a line of text with a forced reply, and finds the question again when the reply comes. */
export interface Questions {
  readonly ask: (request: Request, question: Question) => Promise<void>
  /** The question behind a prompt, for the person it was put to; taken once. */
  readonly take: (prompt: Prompt, user: string) => Promise<Asked | undefined>
  /** Whether a message of ours is a prompt at all; others may be replied to freely. */
  readonly isPrompt: (prompt: Prompt) => Promise<boolean>
}
export interface Prompt {
  readonly chat: string
  readonly message: string
}

/** Begins every prompt, so that one whose record is gone is still known as one. */
export const PROMPT_MARK = '❓'
const BUCKET = 'telegram-ask'
const ASK_MS = 15 * 60_000
const idOf = ({ chat, message }: Prompt) => `${chat}.${message}`

export function createQuestions(kit: Kit): Questions {
  // a quick answer must not overtake the record of its question
  const asking = new Set<Promise<void>>()
  const put = async (request: Request, question: Question) => {
    const { token, secret } = question
    const { actor, place, address } = request
    const until = kit.clock.now() + ASK_MS
    const asked: Asked = { token, user: actor.id, secret, place, address, until }
    const prompt = await sendPrompt(kit, request, question)
    await kit.store.put(BUCKET, idOf(prompt), asked, { ttlMs: ASK_MS })
  }
  const find = async (prompt: Prompt) => {
    await Promise.allSettled(asking)
    const asked = (await kit.store.get(BUCKET, idOf(prompt))) as Asked | undefined
    return asked && asked.until > kit.clock.now() ? asked : undefined
  }

  return {
    ask: async (request, question) => {
      const work = put(request, question)
      asking.add(work)
      try {
        await work
      } catch (error) {
        if (!isForbidden(error) || request.address.private) throw error
        const url = `https://t.me/${await kit.username()}?start`
        await answer(kit, request, inLocale(request, askPrivately(url)))
      } finally {
        asking.delete(work)
      }
    },
    take: async (prompt, user) => {
      const asked = await find(prompt)
      if (asked?.user !== user) return undefined
      return (await kit.store.take(BUCKET, idOf(prompt))) === undefined ? undefined : asked
    },
    isPrompt: async (prompt) => (await find(prompt)) !== undefined,
  }
}

/** A secret is asked for in private; everything else where the button was pressed. */
function sendPrompt(kit: Kit, request: Request, question: Question): Promise<Prompt> {
  const { title, label, placeholder, secret } = question
  const { chat, topic, replyTo, user, private: isPrivate } = request.address
  const here = isPrivate || !secret
  const mention = `<a href="tg://user?id=${user}">${escapeHtml(request.actor.name || user)}</a>`
  const lines = [`${PROMPT_MARK} <b>${escapeHtml(truncate(clean(title), LIMITS.title))}</b>`]
  lines.push(escapeHtml(truncate(clean(label), LIMITS.text / 2)))
  // a selective forced reply reaches those who are mentioned
  if (!isPrivate && here) lines.push(mention)
  const hint = truncate(clean(placeholder ?? label).trim(), LIMITS.placeholder)
  return patiently(kit, async () => {
    const sent = await kit.api.call('sendMessage', {
      chat_id: Number(here ? chat : user),
      text: lines.join('\n'),
      parse_mode: 'HTML',
      ...(here && topic !== undefined && { message_thread_id: Number(topic) }),
      ...(here &&
        replyTo !== undefined && {
          reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true },
        }),
      reply_markup: {
        force_reply: true,
        selective: true,
        ...(hint !== '' && { input_field_placeholder: hint }),
      },
    })
    return { chat: String(sent.chat.id), message: String(sent.message_id) }
  })
}
