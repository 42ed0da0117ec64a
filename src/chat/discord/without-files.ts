import type { APIEmbed } from 'discord-api-types/v10'
import { withoutFiles } from '../../core/carry-files.ts'
import { ChatError } from '../../core/ports.ts'
import type { SaidReply } from '../../core/reply.ts'
import { type RenderedMessage, renderMessage } from './render.ts'

/**
 * Sends a reply with its files; where Discord refuses that, as in a channel in which the bot may attach nothing, the words alone, which
 * say so. Rejects with why the words were refused.
 */
export async function orWithoutFiles<T>(
  reply: SaidReply,
  send: (message: RenderedMessage) => Promise<T>,
): Promise<T> {
  const message = renderMessage(reply)
  try {
    return await send(message)
  } catch (error) {
    if (message.files.length === 0 || !isRefused(error)) throw error
    return send(
      bare(
        withoutFiles(
          reply,
          message.files.map(({ name }) => name),
        ),
      ),
    )
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof ChatError && (error.kind === 'invalid' || error.kind === 'forbidden')

function bare(reply: SaidReply): RenderedMessage {
  const { body } = renderMessage(reply)
  const embeds = body.embeds?.map(withoutPicture)
  return { body: { ...body, ...(embeds && { embeds }), attachments: [] }, files: [] }
}

/** Which an embed refers to by the name of a file. */
function withoutPicture(embed: APIEmbed): APIEmbed {
  const { image: _, ...rest } = embed
  return rest
}
