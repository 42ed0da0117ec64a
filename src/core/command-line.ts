import { OpsError } from './errors.ts'
import { type Text, tr } from './text.ts'

/** A line taken apart, and what of it was dropped as a comment. */
export interface SplitLine {
  readonly words: readonly string[]
  readonly comment: string | null
}

/** Spaces of the ASCII kind only: others belong to the word they stand in. */
const SPACES = /[ \t\r\n]*/y
const COMMENT = /#[^\n]*/y
const WORD = /(?:'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]|[^ \t\r\n'"\\])+/y

/**
 * Splits as flyctl does for `--command` and fly.toml's processes (FLY.md §5.5): quotes and backslashes as a shell has them, a word that
 * begins with # comments out the rest of its line, and no shell behind it: no variables, no pipes. Rejects what is left open.
 * (`string-argv` keeps backslashes and has no comments, so it would show another command than Fly runs.)
 */
export function splitLine(line: string): SplitLine {
  const words: string[] = []
  let comment: string | null = null
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(line)?.[0] ?? ''
    at += found.length
    return found
  }
  for (;;) {
    take(SPACES)
    if (at >= line.length) return { words, comment }
    const dropped = take(COMMENT)
    if (dropped !== '') {
      comment = comment ?? dropped
      continue
    }
    const word = take(WORD)
    if (word === '') throw leftOpen(line[at] ?? '')
    words.push(unquoted(word))
    const next = line[at]
    if (next !== undefined && !' \t\r\n'.includes(next)) throw leftOpen(next)
  }
}

const unquoted = (word: string): string =>
  word.replace(
    /'([^']*)'|"((?:\\[^]|[^"\\])*)"|\\([^])/g,
    (_, single?: string, double?: string, one?: string) =>
      single ?? double?.replace(/\\([^])/g, '$1') ?? one ?? '',
  )

const leftOpen = (what: string): OpsError => {
  const problem: Text =
    what === '\\'
      ? tr('The command ends with a backslash.', '指令以反斜線結尾。')
      : tr(`A quote ${what} in the command is not closed.`, `指令中的引號 ${what} 沒有結束。`)
  return new OpsError('bad_input', problem, {
    hint: tr(
      'Fly splits it as a shell would: close it, or leave it out.',
      'Fly 以 shell 的方式拆分：請補上或移除它。',
    ),
  })
}

/** A line that splits into exactly these words again. */
export const joinLine = (words: readonly string[]): string => words.map(quoteWord).join(' ')

/** One word as it has to be written to stay one. */
export function quoteWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  if (!word.includes("'")) return `'${word}'`
  return `"${word.replaceAll(/["\\]/g, '\\$&')}"`
}
