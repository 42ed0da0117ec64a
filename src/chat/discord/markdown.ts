import { utc } from '../../core/text.ts'
import { type Markup, PHONE_COLUMNS } from '../format.ts'

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

export const MARKDOWN: Markup = {
  columns: PHONE_COLUMNS,
  escape,
  bold: (escaped) => `**${escaped}**`,
  code: fence,
  secret,
  time: (at) => `<t:${Math.floor(at / 1000)}:f> (<t:${Math.floor(at / 1000)}:R>)`,
}

/** The same words without any markup, for the attached file. */
export const PLAIN: Markup = {
  escape: (raw) => raw,
  bold: (raw) => raw,
  code: (raw) => raw,
  secret: (raw) => raw,
  time: utc,
}
