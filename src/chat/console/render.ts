import { stripVTControlCharacters } from 'node:util'
import type { Action, SaidReply } from '../../core/reply.ts'
import { utc } from '../../core/text.ts'
import { GLYPH, type Markup, writeBlock } from '../format.ts'

const plain: Markup = {
  escape: (raw) => raw,
  bold: (raw) => raw,
  code: (raw) => raw.replace(/^/gm, '  '),
  secret: (raw) => raw,
  time: utc,
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** A reply as lines of text; buttons are numbered, so that a number presses them. */
export function renderConsole(said: SaidReply): string {
  const { tone, title, blocks, actions = [], footer, locale, glyph = GLYPH[tone] } = said
  const lines = [
    `${glyph} ${title}`,
    ...blocks.map((block) => writeBlock(block, plain, locale)),
    ...(actions.length === 0 ? [] : [actions.map(writeAction).join('  ')]),
    ...(footer === undefined || footer === '' ? [] : [`(${footer})`]),
  ]
  // Others wrote parts of what is shown: nothing in it may move the cursor, or write into the window's title.
  return stripVTControlCharacters(lines.join('\n')).replace(CONTROLS, '')
}

const writeAction = ({ label, url, choices }: Action<string>, index: number): string => {
  const more = url ?? choices?.map(({ value }) => value).join('|')
  return `[${index + 1}] ${label}${more === undefined ? '' : ` (${more})`}`
}

/** Words on the way to an answer: of a live message its new lines, as they are. */
export const renderProgress = (said: SaidReply, lines: readonly string[] | undefined): string =>
  lines?.join('\n') ?? renderConsole(said)
