import type { Actor, Place } from '../../core/invocation.ts'

/** What decides about a message's sender; a part of the Bot API's Message. */
export interface Sent {
  readonly chat: { readonly id: number; readonly type: string }
  readonly from?: Person
  readonly message_thread_id?: number
  readonly is_topic_message?: boolean
  readonly sender_chat?: object
  readonly forward_origin?: object
  readonly via_bot?: object
  readonly is_automatic_forward?: boolean
}
export interface Person {
  readonly id: number
  readonly is_bot: boolean
  readonly first_name: string
  readonly language_code?: string
}

export type Sender =
  | { readonly kind: 'person'; readonly person: Person }
  /** Somebody wrote it, but Telegram does not vouch for who. */
  | { readonly kind: 'unclear' }
  /** Nobody to answer. */
  | { readonly kind: 'nobody' }

/**
 * Who is asking. Anonymous admins, channels, forwards and inline bots all arrive with a `from` that is shared by
 * others or was not the one who wrote it, so none of them is anybody.
 */
export function senderOf(message: Sent): Sender {
  const { from, sender_chat, forward_origin, via_bot, is_automatic_forward } = message
  if (!from) return { kind: 'nobody' }
  const borrowed = sender_chat ?? forward_origin ?? via_bot
  if (borrowed !== undefined || is_automatic_forward === true || from.is_bot)
    return { kind: 'unclear' }
  return { kind: 'person', person: from }
}

export const actorOf = (person: Person): Actor => ({
  platform: 'telegram',
  id: String(person.id),
  name: person.first_name,
  roles: [],
})

/** The topic, where it is one: replies in the General topic carry a thread id that no message can be sent to. */
export const topicOf = ({ is_topic_message, message_thread_id }: Sent): string | undefined =>
  is_topic_message === true && message_thread_id !== undefined
    ? String(message_thread_id)
    : undefined

export function placeOf(message: Sent): Place {
  const topic = topicOf(message)
  return {
    platform: 'telegram',
    space: String(message.chat.id),
    ...(topic !== undefined && { room: topic }),
    private: message.chat.type === 'private',
  }
}
