import type { Text } from '../text.ts'
import type { Alert, Severity } from './alert.ts'
import type { Found } from './found.ts'
import type { IncidentJob, JobEvent } from './incident-job.ts'
import type { CardPlace, Level, Person } from './ports.ts'

type IncidentState = 'firing' | 'acknowledged' | 'resolved'

/** The newest word about one trouble of an incident. */
export interface Told {
  readonly key: string
  readonly status: Alert['status']
  readonly severity: Severity
  readonly at: number
}

/** One line of an incident's history. `by` is a name; `id` tells a note that is handed in twice. */
export interface Line {
  readonly at: number
  readonly what: LineKind
  readonly by: string | null
  readonly text?: Text
  readonly until?: number
  readonly id?: string
}
export type LineKind =
  | 'fired'
  | 'worse'
  | 'reopened'
  | 'still'
  | 'acked'
  | 'taken'
  | 'unacked'
  | 'unanswered'
  | 'silenced'
  | 'unsilenced'
  | 'silence-over'
  | 'resolved'
  | 'resolved-by-hand'
  | 'paged'
  | 'reminded'
  | 'muted'
  | 'note'
  | 'unshown'
  /** A command about it began, and ended. */
  | 'began'
  | 'ended'
  /** Of drills: nobody brought it to an end; how long it took. */
  | 'gave-up'
  | 'drilled'

/** Words for one or more people, kept with the incident until they are in the outbox. */
export interface Page {
  readonly n: number
  readonly why: 'level' | 'reminder' | 'worse' | 'answer'
  readonly level: number
  readonly people: readonly Person[]
  readonly at: number
  readonly said: boolean
}

/** Why nobody is paged for the time being; looked at again when `until` is over. */
export interface Mute {
  readonly why: 'maintenance' | 'inhibited' | 'flapping'
  readonly until: number
  /** The incident or the person behind it. */
  readonly by: string | null
}

/** A command of ours on the same app shortly before. */
export interface OwnJob {
  readonly id: string
  readonly command: string
  readonly by: string
  readonly at: number
}

/** One trouble from its first alert to its end. Plain JSON: it is the record, and everything that has to be done follows from it. */
export interface Incident {
  readonly id: string
  readonly group: string
  readonly source: string
  readonly rule: string
  readonly app: string | null
  readonly machine: string | null
  readonly state: IncidentState
  readonly severity: Severity
  readonly title: Text
  readonly text: Text
  /** Others are its consequences while it lasts. */
  readonly down: boolean
  readonly places: readonly CardPlace[]
  readonly openedAt: number
  readonly told: readonly Told[]
  /** How many different troubles there were, of which `alerts` are the newest. */
  readonly count: number
  readonly alerts: readonly Alert[]
  readonly log: readonly Line[]
  readonly logged: number
  readonly owner: { readonly key: string; readonly name: string; readonly at: number } | null
  readonly silence: { readonly until: number; readonly by: string; readonly at: number } | null
  readonly mute: Mute | null
  /** When it came back after it was over. */
  readonly flips: readonly number[]
  /** Whom to ask next, and when; null while nobody has to be asked. */
  readonly escalation: {
    readonly from: number
    readonly next: number
    readonly dueAt: number
    readonly reminders: number
  } | null
  readonly remindAt: number | null
  /** The owner was asked whether they are still on it and has until then to answer. */
  readonly answerBy: number | null
  readonly resolvedAt: number | null
  /** It comes back as the same incident until then. */
  readonly watchUntil: number | null
  readonly closed: boolean
  readonly ours: readonly OwnJob[]
  readonly found: Found | null
  readonly pages: readonly Page[]
  readonly paged: number
  /** Counts what can be seen of it; `written` is what was put in the outbox. */
  readonly rev: number
  readonly written: number
  /** How much of its history stands in its threads, and whether what was looked up does. */
  readonly posted?: number
  readonly detailed?: boolean
  /** Who could be called: everybody of the ladder when it began. */
  readonly responders?: readonly Person[]
  /** Of a drill: people are paged for it as for the real thing; when somebody began the cure. */
  readonly calls?: boolean
  readonly drill?: { readonly curedAt: number }
  /** Commands of ours on the app since it began. */
  readonly jobs?: readonly IncidentJob[]
  /** The look that comes next; each one counts up, so that an old one is known as such. */
  readonly timer: { readonly n: number; readonly at: number | null }
}

/** Somebody who does something: `discord:<id>`, and how they are called. */
export interface By {
  readonly key: string
  readonly name: string
}

export type IncidentEvent =
  | { readonly do: 'alert'; readonly alert: Alert }
  | { readonly do: 'ack' | 'take' | 'unack' | 'resolve' | 'unsilence'; readonly by: By }
  | { readonly do: 'silence'; readonly by: By; readonly until: number }
  | { readonly do: 'cure'; readonly by: By }
  | { readonly do: 'note'; readonly by: By; readonly text: Text; readonly id: string }
  | JobEvent
  /** A platform refused the card for good in a place; it is shown in others. */
  | {
      readonly do: 'unshown'
      readonly place: CardPlace
      readonly why: string
      readonly instead: readonly CardPlace[]
    }
  | { readonly do: 'timer' }
  | { readonly do: 'found'; readonly found: Found }

/** What is so at the moment, as far as it was looked up for this event. */
export interface Around {
  readonly now: number
  readonly rules: IncidentRules
  /** What an incident that begins now is called. */
  readonly id?: string | undefined
  readonly ladder?: readonly Level[] | undefined
  readonly places?: readonly CardPlace[] | undefined
  /** Null: nothing speaks against paging. Left out: not looked up, as before. */
  readonly mute?: Mute | null | undefined
  /** A silence that holds for whatever begins now. */
  readonly silenced?: { readonly until: number; readonly by: string } | undefined
  readonly ours?: readonly OwnJob[] | undefined
  /** Whether what a person resolved is there all the same. */
  readonly lasts?: 'yes' | 'no' | 'unknown' | undefined
}

/** Times in ms. */
export interface IncidentRules {
  readonly reopenMs: number
  readonly undoMs: number
  readonly remindMs: number
  readonly answerMs: number
  readonly flapCount: number
  readonly flapMs: number
  /** A test ends by itself. */
  readonly testMs: number
}

export const RULES: IncidentRules = {
  reopenMs: 600_000,
  undoMs: 300_000,
  remindMs: 1_800_000,
  answerMs: 900_000,
  flapCount: 3,
  flapMs: 900_000,
  testMs: 600_000,
}
