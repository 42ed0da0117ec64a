import type { Log, MessageRef, Sealer, Store } from '../../core/ports.ts'
import type { SaidReply } from '../../core/reply.ts'
import { withoutFiles } from '../../core/carry-files.ts'
import type { Api } from './api.ts'
import type { Attach } from './attachments.ts'
import { isBadMarkup, isGone, isNotModified } from './errors.ts'
import { renderKeyboard } from './keyboard.ts'
import { type Rendered, renderReply } from './render.ts'

/** Where a message goes. */
export interface Target {
  readonly chat: string
  readonly topic?: string
  readonly private: boolean
  /** Id of the message it refers to. */
  readonly replyTo?: string
  /** Nobody's phone makes a sound. */
  readonly quiet?: boolean
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
  readonly log: Log
  /** Left out where whoever posts sees to the files. */
  readonly attach?: Attach
  readonly store: Store
  readonly sealer: Sealer
}

const CHOICE_MS = 7 * 86_400_000
const NO_PREVIEW = { link_preview_options: { is_disabled: true } }

export function createOutbound(options: OutboundOptions): Outbound {
  const { api, attach } = options
  const files = (ref: MessageRef, reply: SaidReply, { documents }: Rendered) =>
    attach?.(ref, documents, (names) => edited(ref, withoutFiles(reply, names)))
  const edited = async (ref: MessageRef, reply: SaidReply): Promise<Rendered | undefined> => {
    const rendered = renderReply(reply)
    const which = { chat_id: Number(ref.chat), message_id: Number(ref.message) }
    const rest = { ...which, ...(await keyboardOf(options, reply)), ...NO_PREVIEW }
    try {
      await inHtml(options, rendered, (text) => api.call('editMessageText', { ...rest, ...text }))
    } catch (error) {
      if (isGone(error)) return undefined
      if (!isNotModified(error)) throw error
    }
    return rendered
  }
  return {
    post: async (target, reply) => {
      const rendered = renderReply(reply)
      const rest = { ...destination(target), ...(await keyboardOf(options, reply)), ...NO_PREVIEW }
      const sent = await inHtml(options, rendered, (text) =>
        api.call('sendMessage', { ...rest, ...text }),
      )
      const ref = refTo(target, sent)
      files(ref, reply, rendered)
      return ref
    },
    edit: async (ref, reply) => {
      const rendered = await edited(ref, reply)
      if (rendered === undefined) return false
      // progress is rewritten every few seconds; files come with the end of it
      if (reply.tone !== 'pending') files(ref, reply, rendered)
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

async function keyboardOf({ store, sealer }: OutboundOptions, { actions = [] }: SaidReply) {
  const { rows, long } = renderKeyboard(actions, sealer.digest)
  for (const [id, value] of long)
    await store.put('telegram-choice', id, value, { ttlMs: CHOICE_MS })
  return { reply_markup: { inline_keyboard: rows } }
}

async function inHtml<T>(
  { log }: OutboundOptions,
  rendered: Rendered,
  send: (text: Text) => Promise<T>,
): Promise<T> {
  try {
    return await send({ text: rendered.html, parse_mode: 'HTML' })
  } catch (error) {
    if (!isBadMarkup(error)) throw error
    log.warn({ err: error }, 'Telegram refused our markup, sending plain text')
    return send({ text: rendered.plain })
  }
}

type Text = { text: string; parse_mode?: 'HTML' }

const destination = ({ chat, topic, replyTo, quiet }: Target) => ({
  chat_id: Number(chat),
  ...(quiet === true && { disable_notification: true }),
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
