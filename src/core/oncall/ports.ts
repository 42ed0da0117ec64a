import type { Platform } from '../invocation.ts'
import type { Alert, Severity } from './alert.ts'

/** A person who can be paged: `discord:<id>` or `telegram:<id>`, and how they are called. */
export interface Person {
  readonly key: string
  readonly name: string
}

/** A room in which cards are shown. */
export interface CardPlace {
  readonly platform: Platform
  /** Guild or chat. */
  readonly space: string
  /** Channel, or topic of a chat. */
  readonly room: string | null
}

/** Which rooms hear of what. */
export interface Routes {
  readonly placesFor: (
    alert: Pick<Alert, 'source' | 'app' | 'severity'>,
  ) => Promise<readonly CardPlace[]>
}

/** One rung of the escalation: whom to page when, counted from the incident's beginning, if nobody acknowledged. */
export interface Level {
  readonly afterMs: number
  readonly people: readonly Person[]
}

/** Who is on call. */
export interface People {
  readonly onCall: (app: string | null, now: number) => Promise<readonly Person[]>
  /** Rung 0 is whoever is on call now; the last one holds the owners, so that somebody is always asked. */
  readonly ladder: (
    incident: { readonly app: string | null; readonly severity: Severity },
    now: number,
  ) => Promise<readonly Level[]>
}
