import type { Front, ReadWords } from '../../core/front.ts'
import type { Invocation, Place } from '../../core/invocation.ts'
import { localise } from '../../core/localise.ts'
import type { Clock, Log, MessageRef, Metrics, Sealer, Store } from '../../core/ports.ts'
import type { Reply, SaidReply } from '../../core/reply.ts'
import { type Locale, localeOf } from '../../core/text.ts'
import type { Api } from './api.ts'
import type { Claims } from './claims.ts'
import { groupOf, isSecret, type Private } from './private.ts'
import type { Outbound } from './outbound.ts'
import { patiently } from './patience.ts'
import type { Seen } from './seen.ts'
import { actorOf, type Person, placeOf, type Sent, topicOf } from './sender.ts'

/** What the flows of the adapter share. */
export interface Kit {
  readonly front: Front
  readonly readWords: ReadWords
  readonly api: Api
  readonly outbound: Outbound
  readonly inPrivate: Private
  readonly store: Store
  readonly sealer: Sealer
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  readonly seen: Seen
  readonly claims: Claims
  /** Chats that were told of unclear senders lately. */
  readonly unclear: Seen
  /** Private chats that were told lately that only commands and replies are read. */
  readonly hinted: Seen
  /** Who was refused before all others of a group lately. */
  readonly refusals: Seen
  readonly defaultLocale: Locale
  /** The language that a place settled on, for those whose own is not known. */
  readonly placeLocale?: ((place: Place) => Locale | undefined) | undefined
  /** First words of commands that are in the menu. */
  readonly known: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly username: () => Promise<string>
  /** To be called when what was asked can't get lost any more. */
  readonly accepted: () => void
}

/** What a command and a press have in common. */
export type Request = Omit<Invocation, 'command' | 'input'>

interface Asked {
  readonly id: string
  readonly person: Person
  readonly message: Sent & { readonly message_id: number }
  readonly surface: Invocation['surface']
  readonly at: number
}

export function requestOf(kit: Kit, { id, person, message, surface, at }: Asked): Request {
  const topic = topicOf(message)
  const place = placeOf(message)
  return {
    id,
    actor: actorOf(person),
    place,
    address: {
      platform: 'telegram',
      chat: String(message.chat.id),
      ...(topic !== undefined && { topic }),
      user: String(person.id),
      private: message.chat.type === 'private',
      replyTo: String(message.message_id),
    },
    surface,
    locale: localeOf(person.language_code) ?? kit.placeLocale?.(place) ?? kit.defaultLocale,
    at,
  }
}

/** Answers in the chat where it was asked; what holds a secret, to the one who asked alone. */
export function answer(kit: Kit, request: Request, reply: SaidReply): Promise<MessageRef> {
  const { address } = request
  if (!address.private && isSecret(reply)) return whisper(kit, request, reply)
  const target = { ...groupOf(address), private: address.private }
  return patiently(kit, () => kit.outbound.post(target, reply))
}

/** Answers the one who asked and nobody else. */
export const whisper = (kit: Kit, request: Request, reply: SaidReply): Promise<MessageRef> =>
  request.address.private
    ? answer(kit, request, reply)
    : patiently(kit, () => kit.inPrivate.hand(request.address, reply))

/** A reply of our own in the language of the request. */
export const inLocale = (request: Request, reply: Reply): SaidReply =>
  localise(reply, request.locale)
