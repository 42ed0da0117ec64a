import type { Block } from '../../core/reply.ts'
import type { Locale } from '../../core/text.ts'
import { writeBlock } from '../format.ts'
import { PLAIN } from './html.ts'

/** Limits of the Bot API, in characters after entity parsing where nothing else is said. */
export const LIMITS = {
  text: 4096,
  title: 256,
  footer: 256,
  /** Of an answer to a press. */
  answer: 200,
  placeholder: 64,
  callbackBytes: 64,
  buttonLabel: 40,
  buttonsPerRow: 3,
  rows: 12,
  fileName: 60,
  menuEntries: 100,
  menuDescription: 256,
} as const

/** The most of a block that is written within `budget` characters; nothing when not even a part fits. */
export function shorten(
  block: Block<string>,
  budget: number,
  locale: Locale,
): Block<string> | undefined {
  const fits = (n: number) => writeBlock(take(block, n), PLAIN, locale).length <= budget
  let low = 0
  let high = size(block)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low === 0 ? undefined : take(block, low)
}

/** How many parts a block can be cut into. */
function size(block: Block<string>): number {
  switch (block.type) {
    case 'text':
      return block.text.length
    case 'code':
      return block.code.length
    case 'fields':
      return block.fields.length
    case 'table':
      return block.rows.length
    case 'progress':
      return block.steps.length
    case 'times':
    case 'secret':
    case 'file':
      return 1
    default:
      return block satisfies never
  }
}

/** `n` parts of a block: of output the newest, of everything else the first. */
function take(block: Block<string>, n: number): Block<string> {
  switch (block.type) {
    case 'text':
      return { ...block, text: head(block.text, n) }
    case 'code':
      return { ...block, code: isLog(block.language) ? tail(block.code, n) : head(block.code, n) }
    case 'fields':
      return { ...block, fields: block.fields.slice(0, n) }
    case 'table':
      return { ...block, rows: block.rows.slice(0, n) }
    case 'progress':
      return { ...block, steps: block.steps.slice(0, n) }
    case 'times':
    case 'secret':
    case 'file':
      return block
    default:
      return block satisfies never
  }
}

const isLog = (language: string | undefined) => language === undefined || language === 'log'

/** Whole lines from the start, where there is a line end to cut at. */
function head(text: string, n: number): string {
  if (n >= text.length) return text
  const end = text.lastIndexOf('\n', n)
  return end > n / 2 ? text.slice(0, end) : text.slice(0, isSplit(text, n) ? n - 1 : n)
}

/** Whole lines from the end, where there is a line end to cut at. */
function tail(text: string, n: number): string {
  if (n >= text.length) return text
  const start = text.length - n
  const line = text.indexOf('\n', start - 1) + 1
  if (line > 0 && text.length - line > n / 2) return text.slice(line)
  return text.slice(isSplit(text, start) ? start + 1 : start)
}

/** Whether a cut before this index would part a surrogate pair. */
const isSplit = (text: string, index: number) =>
  /[\uD800-\uDBFF]/.test(text[index - 1] ?? '') && /[\uDC00-\uDFFF]/.test(text[index] ?? '')
