import type { Text } from '../text.ts'

export type Severity = 'critical' | 'warning' | 'info'

/** Something about a deployment that a person should know, with what was seen. */
export interface Finding {
  readonly id: string
  readonly severity: Severity
  readonly text: Text
  /** The words of the command that cures it. */
  readonly fix: string | null
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
