import type { ReadyCommand } from '../drift.ts'
import type { Alert, Severity } from '../oncall/alert.ts'
import type { Text } from '../text.ts'
import type { PartName, Sight } from './sight.ts'

/** One thing that is wrong now. Its words say the same as long as nothing changes, so that nobody is told twice. */
export interface Trouble {
  /** Tells apart what one detector finds of one app: a machine, a volume, a domain; mostly the machine. */
  readonly key: string
  /** Within the app: what has one group is one incident. */
  readonly group: string
  readonly machine: string | null
  /** Where it is not the detector's. */
  readonly severity?: Severity
  readonly title: Text
  /** What was seen: the value against its threshold. */
  readonly text: Text
  readonly evidence: Alert['evidence']
  readonly fix: ReadyCommand | null
  readonly since: number
  /**
   * `line`: rests on words in a log alone, which anybody may have put there. Such a trouble is told of and its fix is offered on the card,
   * and nothing is ever run for it without a person.
   */
  readonly from: 'look' | 'line'
  /** It happened once and counts for a while: that it is found again does not say that it goes on. */
  readonly past?: true
  /** It can be over only when these were looked at after it was seen last; left out: what the detector needs. */
  readonly needs?: readonly PartName[]
}

/** What a number of a detector means, and how far it may be set. */
export interface Threshold {
  readonly default: number
  readonly unit: 's' | 'min' | 'h' | 'd' | '%' | 'x'
  readonly min: number
  readonly max: number
}

export interface Moment {
  /** What is known now; its memory holds what the sights before it tell. */
  readonly after: Sight
  readonly now: number
  /** In the detector's unit; 0 where it has none. */
  readonly threshold: number
}

/** One kind of trouble. Pure: it speaks of what the sight holds, and never fires from what is unknown. */
export interface Detector {
  /** Stable: rules name it. */
  readonly id: string
  /** What it means and when it is over. */
  readonly doc: Text
  /** The worst it finds. */
  readonly severity: Severity
  readonly threshold: Threshold | null
  /** While it lasts, others of the same app and machine follow from it. */
  readonly down?: boolean
  /** All that it finds rests on words in a log alone, so that no rule could ever run a command for it. */
  readonly onlyLines?: true
  readonly needs: readonly PartName[]
  /**
   * While a command of ours is at work on the app, and so many ms after, it begins nothing new: the command proves its own result. What
   * stands already is over only by what is seen.
   */
  readonly patienceMs?: number
  /** Commands that its fixes name, as one types them behind `/openclaw`. */
  readonly cures: readonly string[]
  readonly detect: (moment: Moment) => readonly Trouble[]
}

/** What was told of and is not over. Kept beside the sight, and only once the intake has taken its alert. */
export interface Standing {
  /** As it was told last. */
  readonly alert: Alert
  readonly from: Trouble['from']
  readonly past?: true
  readonly needs: readonly PartName[]
  /** Of each part that it needs the look in which it was seen last. */
  readonly seen: Partial<Readonly<Record<PartName, number>>>
}

/** How an installation wants one detector; left out is on, with the threshold it comes with. */
export interface Rule {
  readonly on: boolean
  readonly threshold?: number
}
export type Rules = Readonly<Record<string, Rule>>

export interface Judged {
  /** What is new, what has changed and what is over, for `Intake.take`; empty when all is as it was. */
  readonly alerts: readonly Alert[]
  /** To be handed in at the next tick. */
  readonly standing: readonly Standing[]
}
