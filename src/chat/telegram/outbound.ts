import { createHash } from 'node:crypto'
import type { Clock, Log, MessageRef, Metrics, Sealer, Store } from '../../core/ports.ts'
import type { SaidReply } from '../../core/reply.ts'
import type { Api } from './api.ts'
import { isBadMarkup, isGone, isNotModified } from './errors.ts'
import { renderKeyboard } from './keyboard.ts'
import { patiently } from './patience.ts'
import { type Document, type Rendered, renderReply } from './render.ts'
import { createSeen } from './seen.ts'
import type { Tasks } from './tasks.ts'

/** Where a message goes. */
export interface Target {
  readonly chat: string
  readonly topic?: string
  readonly private: boolean
  /** Id of the message it refers to. */
  readonly replyTo?: string
}

/** Puts replies into chats. Rejects with `ChatError`. */
export interface Outbound {
  readonly post: (target: Target, reply: SaidReply) => Promise<MessageRef>
  /** False when the message is no longer there to be edited. */
  readonly edit: (ref: MessageRef, reply: SaidReply) => Promise<boolean>
  readonly remove: (ref: Pick<MessageRef, 'chat' | 'message'>) => Promise<void>
}

export interface OutboundOptions {
  readonly api: Api
  readonly store: Store
  readonly sealer: Sealer
  readonly tasks: Tasks
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  /** Aborted when nothing may be sent any more. */
  readonly signal: AbortSignal
}

const CHOICE_MS = 7 * 86_400_000
const DOCUMENT_TIMEOUT_MS = 60_000
const DAY_MS = 86_400_000

export function createOutbound(options: OutboundOptions): Outbound {
  const { api, store, sealer, log } = options
  const attach = createAttachments(options)

  const keyboard = async (reply: SaidReply) => {
    const { rows, long } = renderKeyboard(reply.actions ?? [], sealer.digest)
    for (const [id, value] of long)
      await store.put('telegram-choice', id, value, { ttlMs: CHOICE_MS })
    return { reply_markup: { inline_keyboard: rows } }
  }
  const inHtml = async <T>(rendered: Rendered, send: (text: Text) => Promise<T>): Promise<T> => {
    try {
      return await send({ text: rendered.html, parse_mode: 'HTML' })
    } catch (error) {
      if (!isBadMarkup(error)) throw error
      log.warn({ err: error }, 'Telegram refused our markup, sending plain text')
      return send({ text: rendered.plain })
    }
  }

  return {
    post: async (target, reply) => {
      const rendered = renderReply(reply)
      const markup = await keyboard(reply)
      const sent = await inHtml(rendered, (text) =>
        api.call('sendMessage', {
          ...destination(target),
          ...text,
          ...markup,
          link_preview_options: { is_disabled: true },
        }),
      )
      const ref = refTo(target, sent)
      attach(ref, rendered.documents)
      return ref
    },
    edit: async (ref, reply) => {
      const rendered = renderReply(reply)
      const markup = await keyboard(reply)
      const payload = { chat_id: Number(ref.chat), message_id: Number(ref.message), ...markup }
      const link_preview_options = { is_disabled: true }
      try {
        await inHtml(rendered, (text) =>
          api.call('editMessageText', { ...payload, ...text, link_preview_options }),
        )
      } catch (error) {
        if (isGone(error)) return false
        if (!isNotModified(error)) throw error
      }
      // progress is rewritten every few seconds; files come with the end of it
      if (reply.tone !== 'pending') attach(ref, rendered.documents)
      return true
    },
    remove: async ({ chat, message }) => {
      try {
        await api.call('deleteMessage', { chat_id: Number(chat), message_id: Number(message) })
      } catch (error) {
        if (!isGone(error)) throw error
      }
    },
  }
}

type Text = { text: string; parse_mode?: 'HTML' }

const destination = ({ chat, topic, replyTo }: Target) => ({
  chat_id: Number(chat),
  ...(topic !== undefined && { message_thread_id: Number(topic) }),
  ...(replyTo !== undefined && {
    reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true },
  }),
})

const refTo = (
  target: Target,
  sent: { readonly chat: { readonly id: number }; readonly message_id: number },
): MessageRef => ({
  chat: String(sent.chat.id),
  message: String(sent.message_id),
  ...(target.topic !== undefined && { topic: target.topic }),
  private: target.private,
})

/** Sends files after the message they belong to, each once, by themselves so that the message is not sent twice for them. */
function createAttachments(options: OutboundOptions) {
  const { api, tasks, log, clock } = options
  const sent = createSeen({ ttlMs: DAY_MS, max: 1_000, clock })
  const send = (ref: MessageRef, { name, content }: Document) => {
    const { reply_parameters: refer, ...where } = destination({ ...ref, replyTo: ref.message })
    return api.call(
      'sendDocument',
      {
        ...where,
        // in a multipart body telegraf drops this object unless it is text already
        reply_parameters: JSON.stringify(refer) as never,
        document: { source: Buffer.from(content, 'utf8'), filename: name },
      },
      { timeoutMs: DOCUMENT_TIMEOUT_MS },
    )
  }
  return (ref: MessageRef, documents: readonly Document[]): void => {
    for (const document of documents) {
      const digest = createHash('sha256').update(document.content).digest('base64url')
      if (!sent.claim(`${ref.chat}.${ref.message}.${digest}`)) continue
      tasks.run(async () => {
        try {
          await patiently(options, () => send(ref, document))
        } catch (error) {
          log.warn({ err: error, file: document.name }, 'a file could not be sent to Telegram')
        }
      })
    }
  }
}
