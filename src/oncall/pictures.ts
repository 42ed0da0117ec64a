import type { Outbox } from '../core/outbox.ts'
import type { Store } from '../core/ports.ts'
import { type Block, PICTURES } from '../core/reply.ts'

/**
 * Puts pictures that lie in the store into the words that speak of them. Where a message can't be edited into one with a picture, what is
 * edited again stays without: the picture comes with words of its own.
 */
export function withPictures(outbox: Outbox, store: Pick<Store, 'get'>): Outbox {
  const filled = async (block: Block<string>): Promise<Block<string>> => {
    if (block.type !== 'picture' || block.png !== '') return block
    const png = await store.get(PICTURES, block.name)
    return typeof png === 'string' ? { ...block, png } : block
  }
  return {
    ...outbox,
    async put(message, along) {
      const { reply, address, final } = message
      if (address.platform === 'telegram' && !final) return outbox.put(message, along)
      const blocks = await Promise.all(reply.blocks.map(filled))
      return outbox.put({ ...message, reply: { ...reply, blocks } }, along)
    },
  }
}
