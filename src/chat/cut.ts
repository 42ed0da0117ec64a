import type { Block, LogRow } from '../core/reply.ts'
import { truncate } from '../core/text.ts'

/** A part of a block that fits, the most there is if `fits` does not get easier as parts are added; nothing when none was found. */
export function cutTo(
  block: Block<string>,
  fits: (part: Block<string>) => boolean,
): Block<string> | undefined {
  if (fits(block)) return block
  let low = 0
  let high = size(block)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(take(block, middle))) low = middle
    else high = middle - 1
  }
  return low === 0 ? undefined : take(block, low)
}

/** Into how many parts a block can be cut: characters, rows or steps; 0 for what is shown whole or not at all. */
function size(block: Block<string>): number {
  switch (block.type) {
    case 'text':
      return block.text.length
    case 'code':
      return block.code.length
    case 'log':
      return charactersIn(block.rows)
    case 'fields':
      return block.fields.length
    case 'table':
      return block.rows.length
    case 'progress':
      return block.steps.length
    case 'times':
    case 'secret':
    case 'file':
    case 'picture':
      return 0
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
      return {
        ...block,
        code: isOutput(block.language) ? tail(block.code, n) : head(block.code, n),
      }
    case 'log':
      return { ...block, rows: newestOf(block.rows, n) }
    case 'fields':
      return { ...block, fields: block.fields.slice(0, n) }
    case 'table':
      return { ...block, rows: block.rows.slice(0, n) }
    case 'progress':
      return { ...block, steps: block.steps.slice(0, n) }
    case 'times':
    case 'secret':
    case 'file':
    case 'picture':
      return block
    default:
      return block satisfies never
  }
}

const isOutput = (language: string | undefined) => language === undefined || language === 'log'

const charactersIn = (rows: readonly LogRow[]): number =>
  rows.reduce((sum, { message }) => sum + message.length + 1, 0)

/** The last rows of together so many characters; of a last one that is longer, its beginning. */
function newestOf(rows: readonly LogRow[], n: number): readonly LogRow[] {
  let left = n
  const from = rows.findLastIndex(({ message }) => (left -= message.length + 1) < 0) + 1
  const last = rows.at(-1)
  if (from < rows.length || last === undefined) return rows.slice(from)
  return [{ ...last, message: truncate(last.message, n) }]
}

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
