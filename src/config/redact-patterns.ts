import { type Pattern, readPattern } from '../core/logs/patterns.ts'
import { tr } from '../core/text.ts'
import { form } from './form.ts'

/** RE2 patterns, one a line. A wrong one is told by its number: what it is to find may be a secret itself. */
export const redactPatterns = form((value, refuse): readonly Pattern[] =>
  value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(
      (line, index) =>
        readPattern(line) ??
        refuse(
          tr(
            `pattern ${index + 1} is no RE2 pattern, or finds the empty text`,
            `第 ${index + 1} 個樣式不是有效的 RE2 樣式，或會比對到空字串`,
          ),
        ),
    ),
)
