import { placeKey, type Subject, subjectKey } from './access.ts'
import type { Place } from './invocation.ts'

type Space = Pick<Place, 'platform' | 'space'>

/** What a platform says of who and what is there; nothing where it does not say. Rejects with `ChatError` when it could not be asked. */
export interface Census {
  /** Whether the bot is in the guild or chat, and the ids of its roles where it has such. */
  readonly place: (space: string) => Promise<
    | {
        readonly here: boolean
        readonly roles: ReadonlySet<string> | null
      }
    | undefined
  >
  /** Whether somebody is a member. */
  readonly member: (space: string, user: string) => Promise<boolean | undefined>
}

/** How is written down that somebody, a role, or (without a subject) the bot itself is not in a place any more. */
export const goneKey = (place: Space, subject?: Subject): string =>
  subject === undefined ? placeKey(place) : `${placeKey(place)} ${subjectKey(subject)}`

/** Whether it was seen that a subject is not there, or that the bot is not; then nobody can act there by it. */
export const isGone = (
  { gone = [] }: { readonly gone?: readonly string[] | undefined },
  place: Space,
  subject?: Subject,
): boolean =>
  gone.includes(goneKey(place)) || (subject !== undefined && gone.includes(goneKey(place, subject)))
