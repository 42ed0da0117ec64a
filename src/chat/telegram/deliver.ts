import type { Chat } from '../../core/ports.ts'
import { isQuiet } from '../../core/settings.ts'
import type { Api } from './api.ts'
import type { Outbound } from './outbound.ts'
import { groupOf, isSecret, type Private } from './private.ts'
import { prove } from './prove.ts'

const EDIT_INTERVAL_MS = 3_000
/** Telegram bears about 20 messages a minute in a group, edits included: so many that some are left for what edits do not wait for. */
const GROUP_INTERVAL_MS = 4_000
/** And one a second with one person. */
const PRIVATE_INTERVAL_MS = 1_000

/** The adapter as the outbox sees it. */
export function createChat(api: Api, outbound: Outbound, inPrivate: Private): Chat {
  return {
    platform: 'telegram',
    editIntervalMs: EDIT_INTERVAL_MS,
    chatIntervalMs: (address) => (address.private ? PRIVATE_INTERVAL_MS : GROUP_INTERVAL_MS),
    deliver: async (address, reply, ref) => {
      const { chat, user, message, private: isPrivate } = address
      // asked in a group, to be answered in private
      if ((isPrivate || isSecret(reply)) && chat !== user)
        return inPrivate.hand(address, reply, ref)
      const present =
        ref ?? (message === undefined ? undefined : { chat, message, private: isPrivate })
      if (present && (await outbound.edit(present, reply))) return present
      const quiet = isQuiet(address, reply)
      return outbound.post({ ...groupOf(address), private: isPrivate, quiet }, reply)
    },
    remove: (ref) => outbound.remove(ref),
    prove: (address, words) => prove(api, address, words),
    sendPrivate: ({ id }, reply) => inPrivate.send(id, reply),
  }
}
