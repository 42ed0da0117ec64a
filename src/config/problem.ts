import type { OpsError } from '../core/errors.ts'
import { say, type Locale, type Text } from '../core/text.ts'
import type { Variable } from './schema.ts'

/** What keeps the program from starting. No text of it ever holds the value of a secret variable. */
export interface Problem {
  /** The variable's name, or several names of which one is needed. */
  readonly variable: string
  readonly problem: Text
  /** What to do, as an instruction. */
  readonly fix: Text
}

/** What was set, before it is known to be right: trimmed, and without what was set to nothing. */
export type Given = Readonly<Partial<Record<Variable, string>>>

/** One line for each problem: variable, what is wrong, what to do. */
export const formatProblems = (problems: readonly Problem[], locale: Locale = 'en'): string =>
  problems.map((problem) => line(problem, locale)).join('\n')

function line({ variable, problem, fix }: Problem, locale: Locale): string {
  const [colon, stop] = locale === 'en' ? [': ', '. '] : ['：', '。']
  return `${variable}${colon}${say(problem, locale)}${stop}${say(fix, locale)}`
}

/** What a start can't go on without, and what to do: as a line of its own, as the problems above. */
export const inOneLine = ({ text, hint }: OpsError, locale: Locale): string =>
  [say(text, locale), ...(hint === undefined ? [] : [say(hint, locale)])].join(
    locale === 'en' ? ' ' : '',
  )
