import type { Invocation } from './invocation.ts'
import type { OptionSpec } from './options.ts'
import { isGiven, type PrivateOption } from './private.ts'
import { type Reply, reply, text } from './reply.ts'
import { type Text, tr } from './text.ts'

/** Keys of providers and platforms as they look (OPENCLAW.md §11), long hex, and long words with small and capital letters and digits mixed. */
const SECRETS: readonly RegExp[] = [
  /^(sk|pk|rk|gsk|xai|pplx|glpat|xox[a-z]|xapp|tvly)[-_](?=.*\d)[\w.-]{16,}$/,
  /^(hf|ghp|gho|github_pat|r8)_\w{16,}$/,
  /^AIza[\w-]{20,}$/,
  /^FlyV1\b|^fm\d[a-z]?_|^fo1_/,
  /^\d{5,16}:[\w-]{30,}$/,
  /^[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}$/,
  /^eyJ[\w-]{10,}\./,
  /^[\da-f]{32,}$/i,
  /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])\S{24,}$/,
]

/** Whether a word looks like a key or a token: then it is neither repeated nor taken for a name. */
export const looksSecret = (word: string): boolean => SECRETS.some((shape) => shape.test(word))

/** Whether the value, or something that looks like it, was given where others may read it. */
export function wasTyped(hidden: PrivateOption<never>, input: Invocation['input']): boolean {
  const typed = input[hidden.option]
  if (hidden.kind === 'absent') return isGiven(typed)
  const others = Object.values(input).filter((value) => typeof value === 'string')
  return typed !== undefined || others.some(looksSecret)
}

/** Whether a line that cannot be read may hold the value: in its own name, in flyctl's `NAME=value`, or as a word too many. */
export function mayHold(
  { kind, option }: PrivateOption<never>,
  specs: readonly OptionSpec[],
  words: readonly string[],
): boolean {
  if (kind !== 'secret') return false
  const bare = words.filter((word) => !/^-{0,2}[a-z][\w-]*[=:]/.test(word))
  return (
    bare.length > specs.length ||
    words.some((word) => looksSecret(word.replace(/^[^=:]*[=:]/, ''))) ||
    words.some((word) => new RegExp(`^-{0,2}${option}([=:]|$)`, 'i').test(word)) ||
    words.some((word) => /^[A-Z][A-Z\d_]*=./.test(word))
  )
}

/** Said when a value was typed that should have been asked for. */
export const burntReply = ({ command, surface }: Pick<Invocation, 'command' | 'surface'>): Reply =>
  reply.error(tr('That does not belong into a command', '這不該寫在指令裡'), [
    text(
      tr(
        'Nothing was done. If what you typed is a secret, consider it burnt: others may have read it, and it lies in the history of this chat. Make a new one where it came from.',
        '沒有執行任何動作。若你輸入的是密鑰，請視為已外洩：其他人可能已看到，也會留在聊天記錄中。請到原本的來源重新產生一個。',
      ),
    ),
    text(safeWay(command, surface)),
  ])

const safeWay = (command: string, surface: Invocation['surface']): Text =>
  surface === 'cli'
    ? tr(
        `Send /${command} without the value: you are asked for it, or it is read from standard input.`,
        `請送出 /${command} 但不要附上值：之後會請你輸入，或從標準輸入讀取。`,
      )
    : tr(
        `Send /${command} without the value: you are asked for it where nobody else reads it.`,
        `請送出 /${command} 但不要附上值：之後會在其他人看不到的地方請你輸入。`,
      )
