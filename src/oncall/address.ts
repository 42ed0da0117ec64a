import type { Place } from '../core/invocation.ts'
import type { CardPlace, Person } from '../core/oncall/ports.ts'

/** Whether only one person reads there: a Discord talk has no channel yet, a Telegram chat of one person has the person's id. */
export const isTalk = ({ platform, space, room }: CardPlace): boolean =>
  platform === 'telegram' ? !space.startsWith('-') : room === null

export const keyOf = ({ platform, space, room }: CardPlace): string =>
  [platform, space, ...(room === null ? [] : [room])].join('.')

/** Under which the card of an incident lies in the outbox. */
export const cardKey = (id: string, place: CardPlace): string => `${id}.${keyOf(place)}`

export const placeOf = (place: CardPlace): Place => ({
  platform: place.platform,
  space: place.space,
  ...(place.room !== null && { room: place.room }),
  private: isTalk(place),
})

/** The private talk with a person, and who they are on their platform. */
export function talkWith({ key, name }: Person):
  | {
      readonly place: CardPlace
      readonly mention: {
        readonly platform: CardPlace['platform']
        readonly id: string
        readonly name: string
      }
    }
  | undefined {
  const [platform, id] = key.split(':')
  if (id === undefined || (platform !== 'discord' && platform !== 'telegram')) return undefined
  return { place: { platform, space: id, room: null }, mention: { platform, id, name } }
}
