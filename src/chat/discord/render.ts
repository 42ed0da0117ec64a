import type { RawFile } from '@discordjs/rest'
import type { APIEmbed, RESTPostAPIChannelMessageJSONBody } from 'discord-api-types/v10'
import type { Block, SaidReply, Tone } from '../../core/reply.ts'
import { say, tr, truncate } from '../../core/text.ts'
import { GLYPH, writeBlock } from '../format.ts'
import { renderActions } from './components.ts'
import { describe } from './describe.ts'
import { renderFields } from './fields.ts'
import { attachments, fileName, textFile } from './files.ts'
import { LIMITS, largest } from './limits.ts'
import { defuse, escape, PLAIN } from './markdown.ts'

const COLOUR: Readonly<Record<Tone, number>> = {
  ok: 0x57f287,
  info: 0x5865f2,
  warn: 0xfee75c,
  error: 0xed4245,
  pending: 0x99aab5,
}
/** What the description keeps when fields take much of the sum. */
const KEPT_FOR_DESCRIPTION = 2000

type Body = Pick<
  RESTPostAPIChannelMessageJSONBody,
  'content' | 'embeds' | 'components' | 'attachments' | 'allowed_mentions' | 'flags'
>
export interface RenderedMessage {
  readonly body: Body
  readonly files: RawFile[]
}

/** A reply as one Discord message within every limit; what does not fit is counted, and attached whole as a text file. */
export function renderMessage(reply: SaidReply): RenderedMessage {
  const { tone, locale, blocks, footer, glyph = GLYPH[tone] } = reply
  const title = cutEscaped(`${glyph} ${reply.title}`, LIMITS.title)
  const small = footer?.trim() ? truncate(defuse(footer), LIMITS.footer) : undefined
  const sum = LIMITS.embedSum - title.length - (small?.length ?? 0)
  const fields = renderFields(blocks, sum - KEPT_FOR_DESCRIPTION)
  const { components, left } = renderActions(reply.actions ?? [])
  const description = describe({
    blocks: blocks.filter(({ type }) => type !== 'fields'),
    locale,
    missing: fields.missing,
    buttonsLeft: left,
    room: Math.min(LIMITS.description, sum - fields.length),
  })
  const full = fields.missing + description.missing > 0 ? [textFile(plainText(reply))] : []
  const [picture] = blocks.filter(isPicture)
  const attached = attachments([...full, ...blocks.filter(isFile), ...picturesOf(picture)])
  const embed: APIEmbed = {
    title,
    color: reply.colour ?? COLOUR[tone],
    ...(description.text && { description: description.text }),
    ...(fields.fields.length > 0 && { fields: fields.fields }),
    ...(picture && { image: { url: `attachment://${fileName(picture.name)}` } }),
    ...(small !== undefined && { footer: { text: small } }),
  }
  return {
    body: {
      embeds: [embed],
      components,
      attachments: attached.list,
      ...pinging(reply),
    },
    files: attached.files,
  }
}

/** Only words outside of the embed ping, and only those who are named here. They are also all that a locked screen shows. */
function pinging({
  mention = [],
  short = '',
}: SaidReply): Pick<Body, 'content' | 'allowed_mentions'> {
  const users = mention.filter(({ platform }) => platform === 'discord').map(({ id }) => id)
  const called = users.map((id) => `<@${id}>`)
  const content = [...called, cutEscaped(short, LIMITS.title)].filter(Boolean).join(' ')
  return {
    ...(content && { content }),
    allowed_mentions: { parse: [], ...(users.length > 0 && { users }) },
  }
}

/** Everything a reply says, without markup. */
export function plainText(reply: SaidReply): string {
  const body = reply.blocks.map((block) => writeBlock(block, PLAIN, reply.locale))
  return [reply.title, ...body, reply.footer ?? ''].filter((part) => part !== '').join('\n\n')
}

type FileBlock = Extract<Block<string>, { type: 'file' }>
const isFile = (block: Block<string>): block is FileBlock => block.type === 'file'

type Picture = Extract<Block<string>, { type: 'picture' }>
const isPicture = (block: Block<string>): block is Picture =>
  block.type === 'picture' && block.png !== ''
const picturesOf = (picture: Picture | undefined) =>
  picture ? [{ ...picture, content: Buffer.from(picture.png, 'base64') }] : []

const cutEscaped = (raw: string, room: number): string => {
  const whole = escape(raw)
  if (whole.length <= room) return whole
  return escape(
    truncate(
      raw,
      largest(raw.length, (n) => escape(truncate(raw, n)).length <= room),
    ),
  )
}

/** The sentence for a failure of ours: nothing about it but the word to search the log for. */
export const internalError = (reference: string, locale: SaidReply['locale']): SaidReply => ({
  tone: 'error',
  locale,
  title: say(tr('Internal error', '內部錯誤'), locale),
  blocks: [
    {
      type: 'text',
      text: say(
        tr(
          `Something of ours went wrong, reference ${reference}. Try again; if it stays, look for the reference in the log.`,
          `我們的程式出了問題，參考編號 ${reference}。請再試一次；若仍發生，請在記錄中搜尋這個編號。`,
        ),
        locale,
      ),
    },
  ],
})
