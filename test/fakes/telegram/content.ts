import { bad } from './errors.ts'
import { type Entity, parseHtml } from './html.ts'
import type { Params } from './validate.ts'
import type { FakeButton } from './world.ts'

interface Said {
  readonly text: string
  readonly entities: readonly Entity[]
}

/** Text of a request after parsing; throws for what Telegram refuses. */
export function readText(params: Params, key: 'text' | 'caption', max: number): Said {
  const raw = params[key] ?? ''
  if (typeof raw !== 'string') throw bad(`${key} must be a string`)
  if (!raw.isWellFormed()) throw bad('strings must be encoded in UTF-8')
  if (params['parse_mode'] !== undefined && params['parse_mode'] !== 'HTML')
    throw bad('unsupported parse_mode')
  const parsed = params['parse_mode'] === 'HTML' ? parseHtml(raw) : { text: raw, entities: [] }
  if (key === 'text' && parsed.text.trim() === '') throw bad('message text is empty')
  if (parsed.text.length > max)
    throw bad(key === 'text' ? 'message is too long' : 'message caption is too long')
  return parsed
}

/** Inline keyboard of a request, checked by the rules of InlineKeyboardButton. */
export function readButtons(markup: unknown): ReadonlyArray<readonly FakeButton[]> {
  const rows = record(markup)?.['inline_keyboard']
  if (rows === undefined) return []
  if (!Array.isArray(rows)) throw bad('inline_keyboard must be an array')
  const buttons = rows.map((row) => {
    if (!Array.isArray(row)) throw bad('inline keyboard row must be an array')
    return row.map(readButton)
  })
  if (buttons.flat().length > 100) throw bad('reply markup is too long')
  return buttons.filter((row) => row.length > 0)
}

function readButton(value: unknown): FakeButton {
  const { text, callback_data: data, url } = record(value) ?? {}
  if (typeof text !== 'string' || text.trim() === '') throw bad('button text is empty')
  if ((data === undefined) === (url === undefined))
    throw bad('text buttons are unallowed in the inline keyboard')
  if (typeof url === 'string' && !/^(https?:\/\/[^/]+\.|tg:\/\/)/.test(url))
    throw bad('inline keyboard button URL is invalid')
  if (data !== undefined && !isData(data)) throw bad('BUTTON_DATA_INVALID')
  return {
    label: text,
    ...(typeof data === 'string' && { data }),
    ...(typeof url === 'string' && { url }),
  }
}

const isData = (data: unknown): boolean =>
  typeof data === 'string' && Buffer.byteLength(data) >= 1 && Buffer.byteLength(data) <= 64

/** What a request says of a forced reply, or nothing. */
export function readAsk(markup: unknown) {
  const { force_reply, input_field_placeholder: placeholder, selective } = record(markup) ?? {}
  if (force_reply !== true) return undefined
  if (typeof placeholder === 'string' && (placeholder.length < 1 || placeholder.length > 64))
    throw bad('placeholder is too long')
  return {
    ...(typeof placeholder === 'string' && { placeholder }),
    ...(typeof selective === 'boolean' && { selective }),
  }
}

/** The value as a plain object, or nothing. */
export const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
