import type { ReadyCommand } from '../drift.ts'
import type { Text } from '../text.ts'

export type Severity = 'critical' | 'warning' | 'info'

/** Something about a deployment that a person should know, with what was seen. */
export interface Finding {
  readonly id: string
  readonly severity: Severity
  readonly text: Text
  /** The words of the command that cures it. */
  readonly fix: string | null
  /** The same command with its arguments filled in, for a button; left out where its words are all. */
  readonly run?: ReadyCommand
  /** Makes what was found the way that is meant, where it may be. */
  readonly accept?: ReadyCommand
  /** The line, the field or the number it rests on, as it was found; secrets taken out. */
  readonly evidence?: Text
  /** What a person can do where no command of the bot cures it. */
  readonly hint?: Text
}

/** A finding; `fix` is left out where only a person can help. */
export const finding = (
  id: string,
  severity: Severity,
  text: Text,
  fix: string | null = null,
): Finding => ({
  id,
  severity,
  text,
  fix,
})
