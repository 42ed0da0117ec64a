import type { Role } from './command.ts'
import type { Actor, Place, Platform } from './invocation.ts'

/** A guild or chat in which an owner allowed the bot to be used at all. */
export interface TrustedPlace {
  readonly platform: Platform
  readonly space: string
  readonly by: string
  readonly at: number
}

export type Subject =
  | { readonly kind: 'user'; readonly platform: Platform; readonly id: string }
  | { readonly kind: 'role'; readonly id: string }

/** Part of the world a grant holds in: a whole guild or chat, or one room of it. */
export interface Scope {
  readonly platform: Platform
  readonly space: string
  readonly room?: string
}

/** Gives a subject a role on apps in a place, or with `deny` takes it away whatever else says. */
export interface Grant {
  readonly id: string
  readonly subject: Subject
  readonly role: Exclude<Role, 'known' | 'owner'>
  readonly apps: '*' | readonly string[]
  readonly scope: Scope
  readonly deny: boolean
  readonly until: number | null
  readonly by: string
  readonly at: number
  readonly reason: string | null
}

/** Everything `decide` knows of who may do what. Ids only. */
export interface AccessState {
  /** `discord:<id>`, `telegram:<id>`; from the environment, nothing in chat can change them. */
  readonly owners: readonly string[]
  readonly trusted: readonly TrustedPlace[]
  readonly grants: readonly Grant[]
}

/** Reads and changes who may do what. */
export interface Access {
  /** As last read; `undefined` until the store has answered once. */
  readonly snapshot: () => AccessState | undefined
  /** As the store has it now. */
  readonly fresh: () => Promise<AccessState>
  readonly trust: (place: Pick<TrustedPlace, 'platform' | 'space'>, by: string) => Promise<void>
  /** Grants stay, and count again when the place is trusted again. */
  readonly untrust: (place: Pick<TrustedPlace, 'platform' | 'space'>) => Promise<boolean>
  readonly grant: (grant: Omit<Grant, 'id' | 'at'>) => Promise<Grant>
  /** A place that the platform gave another id (a group that became a supergroup) keeps its trust and its grants; false when it had none. */
  readonly move: (place: Pick<TrustedPlace, 'platform' | 'space'>, to: string) => Promise<boolean>
}

/** `discord:123`: how an actor is written in grants, audit and messages. */
export const actorKey = ({ platform, id }: Pick<Actor, 'platform' | 'id'>): string =>
  `${platform}:${id}`

export const placeKey = ({ platform, space }: Pick<Place, 'platform' | 'space'>): string =>
  `${platform}:${space}`

export const subjectKey = (subject: Subject): string =>
  subject.kind === 'role' ? `role:${subject.id}` : actorKey(subject)
