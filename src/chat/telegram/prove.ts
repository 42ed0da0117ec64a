import type { Address } from '../../core/invocation.ts'
import { ChatError } from '../../core/ports.ts'
import type { Api } from './api.ts'

/** Sends a message that nobody's phone tells of, has Telegram give it back by a change of its words, and deletes it: bots can't read chats. */
export async function prove(api: Api, { chat, topic }: Address, words: string): Promise<void> {
  const chat_id = Number(chat)
  const { message_id } = await api.call('sendMessage', {
    chat_id,
    text: words,
    disable_notification: true,
    ...(topic !== undefined && { message_thread_id: Number(topic) }),
  })
  try {
    const text = `${words} ✓`
    const back = await api.call('editMessageText', { chat_id, message_id, text })
    if (back === true || !('text' in back) || back.text !== text)
      throw new ChatError('invalid', 'Telegram gave back other words')
  } finally {
    // What stays behind is untidy and no reason for alarm.
    await api.call('deleteMessage', { chat_id, message_id }).catch(() => {})
  }
}
