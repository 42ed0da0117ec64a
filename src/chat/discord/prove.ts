import { type APIMessage, MessageFlags, Routes } from 'discord-api-types/v10'
import type { Address } from '../../core/invocation.ts'
import { ChatError } from '../../core/ports.ts'
import type { Call } from './call.ts'

/** Sends a message that nobody's phone tells of, reads it back from Discord and deletes it. */
export async function prove(asBot: Call, address: Address, words: string): Promise<void> {
  const channel = address.private ? await direct(asBot, address.user) : address.chat
  const body = { content: words, flags: MessageFlags.SuppressNotifications }
  const sent = (await asBot('post', Routes.channelMessages(channel), { body })) as APIMessage
  const route = Routes.channelMessage(channel, sent.id)
  try {
    const { content } = (await asBot('get', route)) as APIMessage
    if (content !== words) throw new ChatError('invalid', 'Discord gave back other words')
  } finally {
    // What stays behind is untidy and no reason for alarm.
    await asBot('delete', route).catch(() => {})
  }
}

async function direct(asBot: Call, user: string): Promise<string> {
  const body = { recipient_id: user }
  const { id } = (await asBot('post', Routes.userChannels(), { body })) as { readonly id: string }
  return id
}
