import type { Action } from '../../core/reply.ts'
import { truncate } from '../../core/text.ts'
import { clean } from './html.ts'
import { LIMITS } from './limits.ts'

type Button =
  | { readonly text: string; readonly callback_data: string }
  | { readonly text: string; readonly url: string }

export interface Keyboard {
  readonly rows: Button[][]
  /** Chosen values too long for a button, by the digest that stands for them in it. */
  readonly long: ReadonlyMap<string, string>
}

/** Whether Telegram accepts the address in a button: one bad button refuses the whole message. */
export function isButtonUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return (protocol === 'https:' || protocol === 'http:') && /\.[a-z]{2,}$/i.test(hostname)
}

/**
 * Rows of at most three buttons, fewer where a phone would cut their labels; a select becomes a button per choice. A button carries the
 * opaque token alone, or `token:value`, or `token:#digest` where the value would break the 64 bytes. `digest` gives 22 characters.
 */
export function renderKeyboard(
  actions: readonly Action<string>[],
  digest: (value: string) => string,
): Keyboard {
  const long = new Map<string, string>()
  const choice = ({ token = '' }: Action<string>, value: string): string => {
    const data = `${token}:${value}`
    const short = !value.startsWith('#') && Buffer.byteLength(data) <= LIMITS.callbackBytes
    if (short) return data
    const id = digest(value)
    long.set(id, value)
    return `${token}:#${id}`
  }
  const single = actions.filter((action) => !action.choices).flatMap(plainButton)
  const selects = actions.filter((action) => action.choices && action.token !== undefined)
  const chosen = selects.map((action) =>
    (action.choices ?? []).map(({ label, value }) => ({
      text: labelOf(chosenLabel(action.label, label)),
      callback_data: choice(action, value),
    })),
  )
  const rows = [single, ...chosen].flatMap(rowsOf).slice(0, LIMITS.rows)
  return { rows, long }
}

/** Token and answer of a press, as far as the button itself tells. */
export function readData(data: string): { token: string; answer?: string; long?: string } {
  const at = data.indexOf(':')
  if (at < 0) return { token: data }
  const token = data.slice(0, at)
  const rest = data.slice(at + 1)
  return rest.startsWith('#') ? { token, long: rest.slice(1) } : { token, answer: rest }
}

function plainButton({ label, token, url }: Action<string>): Button[] {
  const text = labelOf(label)
  if (url !== undefined) return isButtonUrl(url) ? [{ text, url }] : []
  return token === undefined ? [] : [{ text, callback_data: token }]
}

/** What is chosen says more than what for. */
function chosenLabel(verb: string, label: string): string {
  const whole = `${verb} ${label}`
  return whole.length <= LIMITS.buttonLabel ? whole : label
}

function labelOf(label: string): string {
  const text = truncate(clean(label).trim(), LIMITS.buttonLabel)
  return text === '' ? '•' : text
}

function rowsOf(buttons: readonly Button[]): Button[][] {
  const longest = Math.max(0, ...buttons.map(({ text }) => text.length))
  const each = Math.min(LIMITS.buttonsPerRow, Math.max(1, Math.floor(LIMITS.rowLetters / longest)))
  const rows = Math.ceil(buttons.length / each)
  return Array.from({ length: rows }, (_, row) => buttons.slice(row * each, (row + 1) * each))
}
