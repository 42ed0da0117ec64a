import type { ReadyCommand } from '../drift.ts'
import type { Text } from '../text.ts'

export type Severity = 'critical' | 'warning' | 'info'

/**
 * One trouble as somebody noticed it: our own watcher, a receiver of CONTRACT §4, a drill. The same trouble told again has the same
 * `key`; troubles with one `group` are one incident.
 */
export interface Alert {
  /** `watch`, a receiver's name, `drill` or `test`. */
  readonly source: string
  readonly key: string
  readonly group: string
  readonly status: 'firing' | 'resolved'
  readonly severity: Severity
  /** The Fly app it is about, where that is known and managed here. */
  readonly app: string | null
  readonly machine: string | null
  /** A few words. */
  readonly title: Text
  /** One plain sentence: what was seen, value against threshold. */
  readonly text: Text
  /** What was looked at: a field and its value, a log line. What others said is a plain string: shown as it is, never acted on. */
  readonly evidence: ReadonlyArray<readonly [what: Text, value: Text]>
  /** The detector or rule that fired. */
  readonly rule: string
  /** While this fires, alerts of the same app (and machine, where it names one) are what follows from it: shown, and nobody is paged for them. */
  readonly down?: boolean
  /** Of a drill: people are to be paged for it, too. */
  readonly calls?: boolean
  /** Somebody acknowledged it where it comes from; null: they gave it back. */
  readonly ack?: string | null
  /** What would cure it. */
  readonly fix: ReadyCommand | null
  readonly links: ReadonlyArray<{ readonly label: Text; readonly url: string }>
  /** When the trouble began, and when this was told, in ms. */
  readonly since: number
  readonly at: number
}

/** Where alerts come in. Resolves when they are written down; the rest (cards, pages) follows by itself. Rejects with `unavailable`. */
export interface Intake {
  readonly take: (alerts: readonly Alert[]) => Promise<void>
}
