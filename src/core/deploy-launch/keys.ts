import { wrongValue } from '../secrets/shapes.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'
import { TOKEN } from '../token/look.ts'

/** What is answered when there is nothing to give yet. */
const NONE = /^\s*(?:none|no|-|無|沒有)?\s*$/i
const NAME = /^[A-Za-z_]\w{0,127}$/

type Keys = Readonly<Record<string, string>>

/** Reads `NAME=value` lines, or `none`; or says what is wrong without quoting a value. */
export function readKeys(
  given: string,
): { readonly ok: true; readonly keys: Keys } | { readonly ok: false; readonly problem: Text } {
  if (NONE.test(given)) return { ok: true, keys: {} }
  const found = new Map<string, string>()
  const lines = given.split(/\r?\n/).filter((line) => line.trim() !== '')
  for (const [index, line] of lines.entries()) {
    const at = line.indexOf('=')
    const name = line.slice(0, Math.max(0, at)).trim()
    const value = line.slice(at + 1).trim()
    const wrong = wrongName(name, found) ?? wrongValue(name, value)
    if (wrong !== undefined) return { ok: false, problem: join(' ', inLine(index + 1), wrong) }
    found.set(name, value)
  }
  return { ok: true, keys: Object.fromEntries(found) }
}

const inLine = (line: number): Text => tr(`Line ${line}:`, `第 ${line} 行：`)

function wrongName(name: string, found: ReadonlyMap<string, string>): Text | undefined {
  if (!NAME.test(name))
    return tr(
      'Write a name, = and the value, such as ANTHROPIC_API_KEY=…; or none.',
      '請寫名稱、= 與值，例如 ANTHROPIC_API_KEY=…；或寫 none。',
    )
  if (name === TOKEN)
    return tr('The gateway token is made anew; leave it out.', '閘道權杖會重新產生；請不要填寫。')
  return found.has(name) ? tr(`${name} is there twice.`, `${name} 出現兩次。`) : undefined
}

/** The keys themselves, opened anew whenever they are needed. */
export async function givenKeys(
  { given }: Pick<WorkContext, 'given'>,
  { keys }: { readonly keys: string },
): Promise<Keys> {
  const read = readKeys((await given(keys)).reveal())
  if (read.ok) return read.keys
  throw new OpsError('bad_input', read.problem)
}

/** What is wrong with an answer; nothing when it may be used. */
export function wrongKeys(given: string): Text | undefined {
  const read = readKeys(given)
  return read.ok ? undefined : read.problem
}

/** Whether one of these is the key of a model's provider. */
export const hasModelKey = (names: readonly string[]): boolean =>
  names.some((name) => /_API_KEY$|_OAUTH_TOKEN$/.test(name))
