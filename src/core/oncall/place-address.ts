import type { Address } from '../invocation.ts'
import type { CardPlace } from './ports.ts'

/** Where words for this place go: a channel, a chat or topic, or the private talk with a person. */
export function addressOf({ platform, space, room }: CardPlace): Address {
  const isPrivate = platform === 'discord' ? room === null : !space.startsWith('-')
  if (isPrivate) return { platform, chat: space, user: space, private: true }
  if (platform === 'discord') return { platform, chat: room ?? space, user: '', private: false }
  return {
    platform,
    chat: space,
    ...(room !== null && { topic: room }),
    user: '',
    private: false,
  }
}
