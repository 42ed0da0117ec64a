import { RE2JS } from 're2js'
import { OpsError } from '../errors.ts'
import { tr } from '../text.ts'

export type Grep = (message: string) => boolean

const SPECIAL = /[\\^$.|?*+()[\]{}]/
const LONGEST = 200

/**
 * What `grep=` looks for. RE2 syntax, because its time grows with the line and never with the pattern: nobody can hang the bot. A
 * pattern in small letters finds capitals too, as in ripgrep. Throws `bad_input` for one that is no pattern.
 */
export function createGrep(pattern: string): Grep {
  if (pattern.length > LONGEST)
    throw new OpsError(
      'bad_input',
      tr(`grep takes at most ${LONGEST} characters.`, `grep 最多 ${LONGEST} 個字元。`),
      { hint: tr('Look for a shorter part of the line.', '請尋找該行中較短的一段。') },
    )
  const small = pattern === pattern.toLowerCase()
  if (!SPECIAL.test(pattern)) return plain(pattern, small)
  const compiled = compile(pattern, small ? RE2JS.CASE_INSENSITIVE : 0)
  return (message) => compiled.matcher(message).find()
}

function plain(words: string, small: boolean): Grep {
  return small
    ? (message) => message.toLowerCase().includes(words)
    : (message) => message.includes(words)
}

function compile(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(pattern, flags)
  } catch {
    throw new OpsError(
      'bad_input',
      tr(`grep: "${pattern}" is no valid pattern.`, `grep：「${pattern}」不是有效的樣式。`),
      {
        hint: tr(
          'RE2 syntax has no lookaround and no back-references; put \\ before ( [ { + * ? . | to find the character itself.',
          'RE2 語法沒有環視與反向參照；要找 ( [ { + * ? . | 字元本身，請在前面加上 \\。',
        ),
      },
    )
  }
}
