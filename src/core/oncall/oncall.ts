import { OpsError } from '../errors.ts'
import type { Place } from '../invocation.ts'
import { join, type Text, tr } from '../text.ts'
import type { Alert } from './alert.ts'
import type { Incident, IncidentEvent } from './incident.ts'
import type { CardPlace, Person } from './ports.ts'

/** A time in which incidents of an app (or of all: `*`) are kept quiet. */
export interface Quiet {
  readonly app: string
  readonly until: number
  readonly by: string
  readonly at: number
  readonly reason: string | null
}

/** `silence`: nothing of it is paged, because somebody said so. `maintenance`: work is going on, and trouble is expected. */
export type QuietKind = 'silence' | 'maintenance'

/** Incidents as commands see them. Whatever changes one also brings its cards and its timers up to date. */
export interface Oncall {
  /** Newest first: the open ones, and those of the last days. */
  readonly list: () => Promise<readonly Incident[]>
  readonly get: (id: string) => Promise<Incident | undefined>
  /** The incident in whose thread somebody stands. */
  readonly inThread: (place: Place) => Promise<Incident | undefined>
  /** The incident afterwards; nothing when there is none of this id. */
  readonly act: (id: string, event: IncidentEvent) => Promise<Incident | undefined>
  /** A test or a drill, shown in one place; nobody is paged for it. */
  readonly open: (alert: Alert, place: CardPlace) => Promise<Incident>
  /** Waits until the card of this incident was taken by the platform in this place: its message, or why it was not. */
  readonly shown: (
    id: string,
    place: CardPlace,
  ) => Promise<{ readonly message: string } | { readonly problem: string }>
  /** Calls people: in this place where they are on its platform, otherwise in private. `id` makes the same call twice one. */
  readonly page: (call: {
    readonly id: string
    readonly people: readonly Person[]
    readonly words: Text
    readonly place: CardPlace | null
  }) => Promise<void>
  readonly quiets: (kind: QuietKind) => Promise<readonly Quiet[]>
  readonly keepQuiet: (kind: QuietKind, quiet: Quiet) => Promise<void>
  /** False when there was nothing to end. */
  readonly endQuiet: (kind: QuietKind, app: string, by: string) => Promise<boolean>
}

export const noSuchIncident = (typed: Text): OpsError =>
  new OpsError(
    'not_found',
    join('', tr('There is no incident ', '沒有事件 '), typed, tr('.', '。')),
    {
      hint: tr('/oncall alerts lists those there are.', '/oncall alerts 會列出現有的事件。'),
    },
  )
