import { CHECKS } from '../core/doctor/checks.ts'
import { roleOfFix } from '../core/doctor/cures.ts'
import { say } from '../core/text.ts'
import { markdownTable } from './table.ts'

/** The table of all checks of the doctor, in its order. */
export const checksTable = (): string =>
  markdownTable(
    ['Check', 'What it makes sure of', 'At worst', 'Needs', 'Cured by', 'Who may cure'],
    CHECKS.map(({ id, about, severity, needs, cures }) => [
      `\`${id}\``,
      say(about, 'en'),
      severity,
      needs.join(', ') || '–',
      cures.map((name) => `\`${name}\``).join(', ') || 'a person',
      cures.length === 0 ? '–' : roleOfFix(id),
    ]),
  )
