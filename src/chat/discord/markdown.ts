import type { LogRow } from '../../core/reply.ts'
import { utc } from '../../core/text.ts'
import { type Markup, overDays, PHONE_COLUMNS } from '../format.ts'

const ZERO_WIDTH = '\u200B'

/** Takes the ping out of a mention and leaves every other `@` (digests, addresses) to be copied as it is. */
export const defuse = (raw: string): string =>
  raw.replace(/@(?=everyone|here|[&!]|\d)/gi, `@${ZERO_WIDTH}`)

/** Raw text as Discord must show it: no formatting, no masked links, no mentions. Addresses of pages stay clickable. */
export function escape(raw: string): string {
  return defuse(raw)
    .split(/(\bhttps?:\/\/[^\s<>()[\]`*|\\]+)/i)
    .map((part, index) => (index % 2 === 1 ? part : escapeProse(part)))
    .join('')
}

// A list, a heading or small print starts a line; the other signs work anywhere.
const escapeProse = (part: string): string =>
  part.replace(/[\\*_~`|<>[\]]/g, '\\$&').replace(/^([^\S\n]*)([-+#])/gm, '$1\\$2')

/** Only three backticks in a row end a fence, so single ones are left to be copied. */
function fence(raw: string, language = ''): string {
  const inside = defuse(raw).replace(/`(?=`)|`$/g, `\`${ZERO_WIDTH}`)
  return `\`\`\`${language.replace(/[^a-z0-9+-]/gi, '')}\n${inside}\n\`\`\``
}

/** Hidden until clicked, and exact: what is copied out must be the secret itself. */
function secret(raw: string): string {
  if (!raw.includes('`')) return `||\`${raw}\`||`
  return raw.includes('``') ? `||${escape(raw)}||` : `||\`\` ${raw} \`\`||`
}

/** One line in code. The longest run of backticks inside is one, so that two end it. */
function inline(raw: string): string {
  const inside = defuse(raw.replaceAll('\n', ' ')).replace(/`(?=`)/g, `\`${ZERO_WIDTH}`)
  if (inside.trim() === '') return ''
  if (!inside.includes('`')) return `\`${inside}\``
  const [before, after] = [inside.startsWith('`') ? ' ' : '', inside.endsWith('`') ? ' ' : '']
  return `\`\`${before}${inside}${after}\`\``
}

/** Each line behind its time in the zone of whoever reads; what goes on with a line stands in a block under it. */
function log(rows: readonly LogRow[]): string {
  const style = overDays(rows) ? 'f' : 'T'
  const heads = rows.flatMap(({ more }, index) => (more === true && index > 0 ? [] : [index]))
  return heads
    .flatMap((from, index) => {
      const group = rows.slice(from, heads[index + 1])
      const [head, ...rest] = group
      if (head === undefined) return []
      const marked = group.some((row) => row.marked)
      const more = rest.map(({ message }) => message).join('\n')
      return [logLine({ ...head, marked }, style), ...(rest.length > 0 ? [fence(more)] : [])]
    })
    .join('\n')
}

const logLine = ({ at, marked, from, level, message }: LogRow, style: string): string =>
  [
    marked === true ? '▸' : '',
    timestamp(at, style),
    level === undefined ? '' : `**${escape(level)}**`,
    inline(from === undefined ? message : `${from} ${message}`),
  ]
    .filter((part) => part !== '')
    .join(' ')

/** Discord shows it in the zone and language of whoever reads. */
const timestamp = (at: number, style: string): string => `<t:${Math.floor(at / 1000)}:${style}>`

export const MARKDOWN: Markup = {
  columns: PHONE_COLUMNS,
  escape,
  bold: (escaped) => `**${escaped}**`,
  code: fence,
  secret,
  time: (at) => `${timestamp(at, 'f')} (${timestamp(at, 'R')})`,
  moment: ({ at, clock }) => timestamp(at, clock === true ? 'T' : 'f'),
  log,
}

/** The same words without any markup, for the attached file. */
export const PLAIN: Markup = {
  escape: (raw) => raw,
  bold: (raw) => raw,
  code: (raw) => raw,
  secret: (raw) => raw,
  time: utc,
}
