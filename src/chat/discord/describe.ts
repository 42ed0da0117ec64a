import type { Block } from '../../core/reply.ts'
import { type Locale, say, tr } from '../../core/text.ts'
import { cutTo } from '../cut.ts'
import { writeBlock } from '../format.ts'
import { MARKDOWN, PLAIN } from './markdown.ts'

interface Input {
  readonly blocks: ReadonlyArray<Block<string>>
  readonly locale: Locale
  /** Characters already known to be missing elsewhere in the message. */
  readonly missing: number
  readonly buttonsLeft: number
  readonly room: number
}

/** What the notes about missing parts may take, at their longest. */
const NOTE_ROOM = 240

/** The blocks in Discord's markup within `room`; one that does not fit is cut in its source, and what is missing is counted. */
export function describe(input: Input): { text: string; missing: number } {
  const { blocks, locale, room, buttonsLeft } = input
  const whole = fill(blocks, locale, room)
  if (whole.missing + input.missing + buttonsLeft === 0) return whole
  const part = fill(blocks, locale, room - NOTE_ROOM)
  const notes = writeNotes(part.missing + input.missing, buttonsLeft, locale)
  return { text: [part.text, ...notes].filter(Boolean).join('\n'), missing: part.missing }
}

/** A secret is shown once, here or never, so its room is set aside before the rest is filled. */
function fill(blocks: Input['blocks'], locale: Locale, room: number) {
  const size = (block: Block<string>): number => write(block, locale).length + 1
  const aside = blocks.filter(({ type }) => type === 'secret').reduce((sum, b) => sum + size(b), 0)
  let left = room - aside
  let missing = 0
  const parts = blocks.flatMap((block) => {
    const isSecret = block.type === 'secret'
    const shown = cut(block, locale, isSecret ? left + size(block) : left - 1)
    missing += shown.missing
    if (!isSecret) left -= shown.text === '' ? 0 : shown.text.length + 1
    return shown.text.trim() === '' ? [] : [shown.text]
  })
  const text = parts.join('\n')
  return { text, missing }
}

function cut(block: Block<string>, locale: Locale, room: number) {
  const part = cutTo(block, (one) => write(one, locale).length <= room)
  if (part === block) return { text: write(block, locale), missing: 0 }
  const length = plainLength(block, locale)
  if (part === undefined) return { text: '', missing: length }
  return { text: write(part, locale), missing: length - plainLength(part, locale) }
}

const write = (block: Block<string>, locale: Locale): string => writeBlock(block, MARKDOWN, locale)
const plainLength = (block: Block<string>, locale: Locale): number =>
  writeBlock(block, PLAIN, locale).length

function writeNotes(missing: number, buttons: number, locale: Locale): string[] {
  const cutNote = tr(
    `… ${missing} more characters: the whole text is in the attached file full.txt.`,
    `…還有 ${missing} 個字元：全文在附件 full.txt。`,
  )
  const buttonNote = tr(
    `${buttons} more buttons do not fit here: type the command instead.`,
    `還有 ${buttons} 個按鈕放不下：請直接輸入指令。`,
  )
  return [missing > 0 ? say(cutNote, locale) : '', buttons > 0 ? say(buttonNote, locale) : '']
}
