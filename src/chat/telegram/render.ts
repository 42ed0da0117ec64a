import type { Block, SaidReply } from '../../core/reply.ts'
import { say, tr, truncate } from '../../core/text.ts'
import { cutTo } from '../cut.ts'
import { GLYPH, type Markup, writeBlock } from '../format.ts'
import { clean, HTML, PLAIN, RAW } from './html.ts'
import { isButtonUrl } from './keyboard.ts'
import { LIMITS } from './limits.ts'

export interface Document {
  readonly name: string
  readonly content: string | Buffer
  /** Words below a picture; without them it is a file. */
  readonly caption?: string
}
/** A reply as one message, with the files that follow it. */
export interface Rendered {
  readonly html: string
  /** The same text unmarked. */
  readonly plain: string
  readonly documents: readonly Document[]
}

/** Set aside for the sentence on what is missing. */
const NOTE_CHARACTERS = 160

/** A reply in Telegram's HTML within 4096 characters; what did not fit is said and attached as a whole. */
export function renderReply(reply: SaidReply): Rendered {
  const files = reply.blocks.flatMap(fileOf)
  const blocks = [...reply.blocks, ...linksOf(reply)]
  const whole = write(reply, blocks, PLAIN)
  if (whole.length <= LIMITS.text)
    return { html: write(reply, blocks, HTML), plain: whole, documents: files }
  const kept = fit(reply, blocks)
  const missing = whole.length - write(reply, kept, PLAIN).length
  const note = say(
    tr(
      `✂️ ${missing} characters do not fit here; the attached file has all of it.`,
      `✂️ 這裡放不下 ${missing} 個字元；全文在附加的檔案裡。`,
    ),
    reply.locale,
  )
  const shown: Block<string>[] = [...kept, { type: 'text', text: note }]
  return {
    html: write(reply, shown, HTML),
    plain: write(reply, shown, PLAIN),
    documents: [{ name: 'reply.txt', content: write(reply, blocks, RAW) }, ...files],
  }
}

/** The first words of a reply for a small window: title and texts, at most `max` characters. */
export function renderShort(reply: SaidReply, max: number): string {
  const texts = reply.blocks.flatMap((block) =>
    block.type === 'text' ? [writeBlock(block, PLAIN, reply.locale)] : [],
  )
  return truncate(clean([reply.title, ...texts].join('\n')).trim(), max)
}

/** Whether `renderShort` leaves something out. */
export const isShort = (reply: SaidReply, max: number): boolean =>
  reply.blocks.every((block) => block.type === 'text') &&
  renderShort(reply, Number.MAX_SAFE_INTEGER).length <= max

function write(reply: SaidReply, blocks: ReadonlyArray<Block<string>>, markup: Markup): string {
  const { escape, bold } = markup
  const title = `${reply.glyph ?? GLYPH[reply.tone]} ${bold(escape(truncate(clean(reply.title), LIMITS.title)))}`
  const footer = escape(truncate(clean(reply.footer ?? ''), LIMITS.footer))
  const body = blocks.map((block) => writeBlock(block, markup, reply.locale))
  return [title, pinged(reply, markup), ...body, footer].filter((part) => part !== '').join('\n\n')
}

/** People whom this message calls by name: a link to a person notifies them, whether or not they have a user name. */
const pinged = ({ mention = [] }: SaidReply, { person }: Markup): string =>
  mention
    .filter(({ platform }) => platform === 'telegram')
    .map(({ id, name }) => person?.(id, name) ?? '')
    .join(' ')

function fit(reply: SaidReply, blocks: ReadonlyArray<Block<string>>): Block<string>[] {
  const kept: Block<string>[] = []
  for (const block of blocks) {
    const used = write(reply, kept, PLAIN).length
    const room = LIMITS.text - NOTE_CHARACTERS - used - 2
    const part = cutTo(block, (one) => writeBlock(one, PLAIN, reply.locale).length <= room)
    if (part) kept.push(part)
    if (part === undefined || !isWhole(part, block)) return kept
  }
  return kept
}

const isWhole = (part: Block<string>, block: Block<string>) =>
  JSON.stringify(part) === JSON.stringify(block)

function fileOf(block: Block<string>): Document[] {
  if (block.type === 'picture') return pictureOf(block)
  if (block.type !== 'file') return []
  // Telegram takes no empty file, and the name goes into a header unescaped
  const name = truncate(block.name.replace(/[^\w.-]/g, '_'), LIMITS.fileName).replace('…', '')
  const content = block.content === '' ? '\n' : block.content
  return [{ name: name === '' ? 'file.txt' : name, content }]
}

function pictureOf({ name, png, about }: Extract<Block<string>, { type: 'picture' }>): Document[] {
  if (png === '') return []
  const caption = truncate(clean(about), LIMITS.caption)
  return [{ name, content: Buffer.from(png, 'base64'), caption }]
}

/** Links that Telegram takes in no button are written out. */
function linksOf({ actions = [] }: SaidReply): Block<string>[] {
  return actions.flatMap(({ label, url }) =>
    url === undefined || isButtonUrl(url) ? [] : [{ type: 'text', text: `${label}: ${url}` }],
  )
}
