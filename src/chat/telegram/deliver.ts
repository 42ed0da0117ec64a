import type { Address } from '../../core/invocation.ts'
import type { Chat } from '../../core/ports.ts'
import type { SaidReply } from '../../core/reply.ts'
import { isQuiet } from '../../core/settings.ts'
import { filesBeside } from './attachments.ts'
import type { Kit } from './kit.ts'
import { createOutbound } from './outbound.ts'
import { createPrivate, groupOf, isSecret } from './private.ts'
import { prove } from './prove.ts'
import { renderReply } from './render.ts'

const EDIT_INTERVAL_MS = 3_000
/** Telegram bears about 20 messages a minute in a group, edits included: so many that some are left for what edits do not wait for. */
const GROUP_INTERVAL_MS = 4_000
/** And one a second with one person. */
const PRIVATE_INTERVAL_MS = 1_000

/** The adapter as the outbox sees it: which sends files itself, and remembers them. */
export function createChat({ inPrivate: answering, ...kit }: Kit): Chat {
  const { api } = kit
  const outbound = createOutbound(kit)
  const inPrivate = createPrivate({ ...kit, outbound })
  return {
    platform: 'telegram',
    editIntervalMs: EDIT_INTERVAL_MS,
    chatIntervalMs: (address) => (address.private ? PRIVATE_INTERVAL_MS : GROUP_INTERVAL_MS),
    deliver: async (address, reply, ref) => {
      const { chat, message, private: isPrivate } = address
      if (isHanded(address, reply)) return inPrivate.hand(address, reply, ref)
      const present =
        ref ?? (message === undefined ? undefined : { chat, message, private: isPrivate })
      if (present && (await outbound.edit(present, reply))) return present
      const quiet = isQuiet(address, reply)
      return outbound.post({ ...groupOf(address), private: isPrivate, quiet }, reply)
    },
    filesOf: (address, reply, ref) =>
      // what waits behind a link brings its files along
      isHanded(address, reply) && !ref.private
        ? []
        : filesBeside(api, ref, renderReply(reply).documents),
    remove: (ref) => outbound.remove(ref),
    prove: (address, words) => prove(api, address, words),
    sendPrivate: ({ id }, reply) => answering.send(id, reply),
  }
}

/** Asked in a group, to be answered in private. */
const isHanded = ({ chat, user, private: isPrivate }: Address, reply: SaidReply): boolean =>
  (isPrivate || isSecret(reply)) && chat !== user
