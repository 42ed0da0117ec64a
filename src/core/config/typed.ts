import { type Text, tr } from '../text.ts'
import { parseConfig } from './parse.ts'
import { readPath } from './path.ts'
import { isSecretPath, isSecretValue, isStandIn } from './secret-path.ts'

interface SetOptions {
  readonly path: string
  readonly value?: string | undefined
}

/** Whether a value ought to have been asked for in private: by its path, or by its looks. A name of a variable is no secret. */
export function sensitiveSet({ path, value = '' }: SetOptions): boolean {
  const words = value.trim()
  if (/^["']?\$\{[A-Za-z_]\w*\}["']?$/.test(words)) return false
  if (/^\{\s*["']?source["']?\s*:\s*["']env["']/.test(words)) return isSecretValue(words)
  return isSecretPath(path) || isSecretValue(value)
}

/** One word of a command in the machine holds 128 KiB, and the change travels in one as base64 of JSON. */
const MOST_CARRIED = 90_000
/** JSON5 goes as it is written, everything else as a string of it. */
const carried = (value: string): number =>
  Buffer.byteLength(JSON.stringify(parseConfig(value).ok ? value : JSON.stringify(value)))

/** What is wrong with a value that was given privately; never quotes it. */
export function valueProblem(value: string, { path }: SetOptions): Text | undefined {
  if (readPath(path) === undefined)
    return tr(
      'The path is none: write it like gateway.auth.mode.',
      '路徑無效：請寫成 gateway.auth.mode 的形式。',
    )
  if (value.trim() === '') return tr('The value is empty.', '值是空的。')
  if (carried(value) > MOST_CARRIED)
    return tr(
      'The value is too long to be brought into the machine: 64 KiB, less with many quotes.',
      '這個值太長，無法帶入機器：最大 64 KiB，引號越多越少。',
    )
  if (!isStandIn(value)) return undefined
  return tr(
    'That is a masked value, not a real one. Give the value itself.',
    '那是遮蔽後的值，不是真正的值。請提供值本身。',
  )
}
