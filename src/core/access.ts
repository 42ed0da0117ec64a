import type { Role } from './command.ts'
import type { Actor, Place, Platform } from './invocation.ts'

/** A guild or chat in which an owner allowed the bot to be used at all. */
export interface TrustedPlace {
  readonly platform: Platform
  readonly space: string
  readonly by: string
  readonly at: number
  /** The id it had before the platform gave it this one, until an owner trusts it anew. */
  readonly movedFrom?: string
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
  /** Asked for by its subject for a while; who approved it, as `discord:<id>`. */
  readonly elevation?: { readonly approvedBy: string | null }
}

/** The most that anybody may do in a place, owners too. */
export interface Ceiling {
  readonly scope: Scope
  readonly role: Grant['role']
  readonly until: number | null
  readonly by: string
  readonly at: number
  readonly reason: string | null
}

/** Two accounts on two platforms that showed to be one person. */
export interface Link {
  readonly accounts: readonly [string, string]
  readonly at: number
}

/** Nothing is changed anywhere until it is lifted. */
export interface Freeze {
  /** `discord:<id>`, for the record; the name is for reading. */
  readonly by: string
  readonly name: string
  readonly at: number
  readonly reason: string | null
}

/** More than usual is asked for before changes: of an app, wherever they are asked for, or in a place, whatever they are about. */
export interface Guard {
  /** `app:shop`, or the place as `scopeKey` writes it. */
  readonly on: string
  /** What takes a second person: what is dangerous, or every change. As usual when null. */
  readonly second: 'dangerous' | 'changes' | null
  /** How long a question stands at most, in ms. As usual when null. */
  readonly standsMs: number | null
  readonly by: string
  readonly at: number
}

/** What a one-time code was made for, and by whom. */
export type CodeUse =
  | { readonly for: 'trust'; readonly by: string; readonly admin: Subject | null }
  | { readonly for: 'link'; readonly by: string }

/** Everything `decide` knows of who may do what. Ids only. */
export interface AccessState {
  /** `discord:<id>`, `telegram:<id>`; from the environment, nothing in chat can change them. */
  readonly owners: readonly string[]
  readonly trusted: readonly TrustedPlace[]
  readonly grants: readonly Grant[]
  readonly ceilings: readonly Ceiling[]
  readonly links: readonly Link[]
  readonly freeze: Freeze | null
  readonly guards?: readonly Guard[]
  /** Who, which roles and which places were seen to be gone (`goneKey`). Their rules stay, and count for nobody else. */
  readonly gone?: readonly string[]
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
  readonly revoke: (grant: string) => Promise<boolean>
  /** Puts the most that may be done in a place, in place of what was there; with `role` null takes it off. */
  readonly ceiling: (
    ceiling: Omit<Ceiling, 'at' | 'role'> & { readonly role: Ceiling['role'] | null },
  ) => Promise<void>
  /** Puts what is asked for in place of what was; one that asks for nothing more than usual is taken off. */
  readonly guard: (guard: Omit<Guard, 'at'>) => Promise<void>
  readonly link: (accounts: Link['accounts']) => Promise<void>
  /** Forgets every link of an account; false when it had none. */
  readonly unlink: (account: string) => Promise<boolean>
  readonly freeze: (freeze: Omit<Freeze, 'at'>) => Promise<Freeze>
  /** Gives what was lifted. */
  readonly unfreeze: () => Promise<Freeze | undefined>
  /** Whether all is frozen, as the store has it now; rejects when it cannot say, and then nothing may be changed. */
  readonly frozen: () => Promise<Freeze | null>
  /** A code that stands for ten minutes and is good once. */
  readonly makeCode: (use: CodeUse) => Promise<string>
  /** What the code was for, and it is used up; nothing for one that never was, or is no longer. */
  readonly useCode: <F extends CodeUse['for']>(
    code: string,
    what: F,
  ) => Promise<Extract<CodeUse, { for: F }> | undefined>
  /** A place that the platform gave another id (a group that became a supergroup) keeps its trust, its ceilings and its grants; false when it had none. */
  readonly move: (place: Pick<TrustedPlace, 'platform' | 'space'>, to: string) => Promise<boolean>
  /** Writes down that somebody or something (`goneKey`) is not there any more, or is there again. */
  readonly mark: (key: string, gone: boolean) => Promise<void>
}

/** `discord:123`: how an actor is written in grants, audit and messages. */
export const actorKey = ({ platform, id }: Pick<Actor, 'platform' | 'id'>): string =>
  `${platform}:${id}`

export const placeKey = ({ platform, space }: Pick<Place, 'platform' | 'space'>): string =>
  `${platform}:${space}`

export const subjectKey = (subject: Subject): string =>
  subject.kind === 'role' ? `role:${subject.id}` : actorKey(subject)

/** `discord:1`, `discord:1/2`: how a scope is written. */
export const scopeKey = ({ platform, space, room }: Scope): string =>
  room === undefined ? `${platform}:${space}` : `${platform}:${space}/${room}`

/** How a guard of an app is named. */
export const guardedApp = (app: string): string => `app:${app}`

/** The Discord role that everybody in a guild has; its id is the guild's. */
export const isEveryone = (subject: Subject, { space }: Pick<Scope, 'space'>): boolean =>
  subject.kind === 'role' && subject.id === space

/** Whether two accounts, as `discord:<id>`, are known to be one person. */
export function isSamePerson({ links }: Pick<AccessState, 'links'>, a: string, b: string): boolean {
  if (a === b) return true
  return links.some(({ accounts }) => accounts.includes(a) && accounts.includes(b))
}
