import type { Question } from '../../core/front.ts'
import type { Address, Place } from '../../core/invocation.ts'
import type { Reply } from '../../core/reply.ts'
import { say, tr, truncate } from '../../core/text.ts'
import { isForbidden } from './errors.ts'
import { clean, escapeHtml } from './html.ts'
import { answer, inLocale, type Kit, type Request } from './kit.ts'
import { LIMITS } from './limits.ts'
import { patiently } from './patience.ts'
import { askPrivately } from './sentences.ts'
import { ASKED_PRIVATELY, VALUE_RULES, valueLink } from './value-sentences.ts'

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
  /** A command waits for it: the person's next message in the private chat is the answer, reply or not. */
  readonly value: boolean
  /** The request that answered it; the same one delivered again goes on with it. */
  readonly taken?: string
}

/** Asks for a line of text with a forced reply, and finds the question again when the reply comes. */
export interface Questions {
  readonly ask: (request: Request, question: Question) => Promise<void>
  /** The question behind a prompt, for the person it was put to; taken by one request. */
  readonly take: (
    prompt: Prompt,
    request: Pick<Request, 'id' | 'actor'>,
  ) => Promise<Asked | undefined>
  /** Whether a message of ours is an open prompt; others may be replied to freely. */
  readonly isPrompt: (prompt: Prompt, request: string) => Promise<boolean>
  /** The prompt in a private chat whose answer the next message is; also for a while after its time is over. */
  readonly waiting: (user: string) => Promise<Prompt | undefined>
  readonly cancel: (prompt: Prompt, user: string) => Promise<void>
}
export interface Prompt {
  readonly chat: string
  readonly message: string
}

/** Begins every prompt, so that one whose record is gone is still known as one. */
export const PROMPT_MARK = '❓'
const BUCKET = 'telegram-ask'
const NEXT = 'telegram-next'
const ASK_MS = 15 * 60_000
/** A value that comes late has to be taken out of the chat all the same. */
const LATE_MS = 24 * 3_600_000
const idOf = ({ chat, message }: Prompt) => `${chat}.${message}`

export function createQuestions(kit: Kit): Questions {
  const { store, clock } = kit
  // a quick answer must not overtake the record of its question
  const asking = new Set<Promise<void>>()
  const put = async (request: Request, question: Question) => {
    const { token, secret, value } = question
    const { actor, place, address } = request
    await value?.begin()
    const forMs = value?.forMs ?? ASK_MS
    const until = clock.now() + forMs
    const prompt = await sendPrompt(kit, request, question)
    const waits = value !== undefined
    const asked: Asked = { token, user: actor.id, secret, place, address, until, value: waits }
    await store.put(BUCKET, idOf(prompt), asked, { ttlMs: forMs })
    if (waits) await store.put(NEXT, actor.id, prompt, { ttlMs: forMs + LATE_MS })
    if (waits && !address.private) await answer(kit, request, inLocale(request, ASKED_PRIVATELY))
  }
  const find = async (prompt: Prompt, by: string) => {
    await Promise.allSettled(asking)
    const asked = (await store.get(BUCKET, idOf(prompt))) as Asked | undefined
    const isOpen = asked && (asked.taken === undefined || asked.taken === by)
    return isOpen && asked.until > clock.now() ? asked : undefined
  }

  return {
    ask: async (request, question) => {
      const work = put(request, question)
      asking.add(work)
      try {
        await work
      } catch (error) {
        if (!isForbidden(error) || request.address.private) throw error
        await answer(kit, request, inLocale(request, await linkTo(kit, question)))
      } finally {
        asking.delete(work)
      }
    },
    take: async (prompt, { id, actor }) => {
      const asked = await find(prompt, id)
      if (asked?.user !== actor.id) return undefined
      const after = (await store.update(BUCKET, idOf(prompt), (current) =>
        takenBy(current as Asked | undefined, id),
      )) as Asked | undefined
      return after?.taken === id ? asked : undefined
    },
    isPrompt: async (prompt, request) => (await find(prompt, request)) !== undefined,
    waiting: async (user) => {
      await Promise.allSettled(asking)
      return (await store.get(NEXT, user)) as Prompt | undefined
    },
    cancel: async (prompt, user) => {
      await store.remove(NEXT, user)
      await store.remove(BUCKET, idOf(prompt))
    },
  }
}

const takenBy = (asked: Asked | undefined, request: string): Asked | undefined =>
  asked === undefined || asked.taken !== undefined ? undefined : { ...asked, taken: request }

/** A private chat opens by a link only; for a value, the link asks for it there. */
async function linkTo(kit: Kit, { token, value }: Question): Promise<Reply> {
  const start = `https://t.me/${await kit.username()}?start`
  return value === undefined ? askPrivately(start) : valueLink(`${start}=${token}`)
}

/** Name and reason are one line here: a forced reply has one field. */
const both = (name: string, locale: Request['locale']): string =>
  say(tr(`${name} because …`, `${name} 因為…`), locale)

const inOne = (line: string, locale: Request['locale']): string =>
  say(tr(`Both in one message: ${line}`, `請寫在同一則訊息：${line}`), locale)

/** A secret is asked for in private; everything else where the button was pressed. */
function sendPrompt(kit: Kit, request: Request, question: Question): Promise<Prompt> {
  const { title, label, placeholder, reason, secret, value } = question
  const { chat, topic, replyTo, user, private: isPrivate } = request.address
  const here = isPrivate || !secret
  const mention = `<a href="tg://user?id=${user}">${escapeHtml(request.actor.name || user)}</a>`
  const lines = [`${PROMPT_MARK} <b>${escapeHtml(truncate(clean(title), LIMITS.title))}</b>`]
  lines.push(escapeHtml(truncate(clean(label), LIMITS.text / 2)))
  const name = clean(placeholder ?? '')
  const line = reason === undefined ? name : both(name, request.locale)
  if (reason !== undefined)
    lines.push(escapeHtml(`${clean(reason)} ${inOne(line, request.locale)}`))
  if (value !== undefined) lines.push('', escapeHtml(say(VALUE_RULES, request.locale)))
  // a selective forced reply reaches those who are mentioned
  if (!isPrivate && here) lines.push(mention)
  const hint = truncate((line || clean(label)).trim(), LIMITS.placeholder)
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
