import { randomBytes } from 'node:crypto'
import type { Address } from '../../core/invocation.ts'
import type { Clock, MessageRef, Sealer, Store } from '../../core/ports.ts'
import { reply as say, type Reply, type SaidReply, text } from '../../core/reply.ts'
import { localise } from '../../core/localise.ts'
import { tr } from '../../core/text.ts'
import { isForbidden } from './errors.ts'
import type { Outbound, Target } from './outbound.ts'
import { SENT_PRIVATELY } from './sentences.ts'

/** Words for one person, where Telegram has no message that only one person sees. */
export interface Private {
  /** Into the private chat; rejects with `ChatError('forbidden')` when the person never opened it. */
  readonly send: (user: string, reply: SaidReply) => Promise<MessageRef>
  /** The same, or else a link in the group that gives it to this person alone when they follow it. */
  readonly hand: (address: Address, reply: SaidReply, ref?: MessageRef) => Promise<MessageRef>
  /** What waits behind a link for this person; once, within ten minutes. */
  readonly redeem: (user: string, token: string) => Promise<SaidReply | undefined>
}

export interface PrivateOptions {
  readonly outbound: Outbound
  readonly store: Store
  readonly sealer: Sealer
  readonly clock: Clock
  /** The bot's name in links. */
  readonly username: () => Promise<string>
}

const BUCKET = 'telegram-handover'
const HANDOVER_MS = 10 * 60_000
const PREFIX = 'h-'

/** Whether a link's token is one of ours to redeem; all others are buttons. */
export const isHandover = (token: string): boolean => token.startsWith(PREFIX)

export function createPrivate(options: PrivateOptions): Private {
  const { outbound, store, sealer, clock } = options
  // the person is part of the key: to anybody else the token is unknown, and stays unspent
  const key = (user: string, token: string) => sealer.digest(`${BUCKET} ${user} ${token}`)

  const offer = async (user: string, reply: SaidReply): Promise<SaidReply> => {
    const token = `${PREFIX}${randomBytes(16).toString('base64url')}`
    const kept = sealer.seal(JSON.stringify({ reply, until: clock.now() + HANDOVER_MS }))
    await store.put(BUCKET, key(user, token), kept, { ttlMs: HANDOVER_MS })
    const url = `https://t.me/${await options.username()}?start=${token}`
    return localise(notice(url), reply.locale)
  }
  const send: Private['send'] = (user, reply) => outbound.post({ chat: user, private: true }, reply)

  return {
    send,
    hand: async (address, reply, ref) => {
      if (ref?.private === true && (await outbound.edit(ref, reply))) return ref
      try {
        const sent = await send(address.user, reply)
        // what the group was shown before must not stand there as if it went on
        if (ref && !ref.private)
          await outbound.edit(ref, localise(SENT_PRIVATELY, reply.locale)).catch(() => false)
        return sent
      } catch (error) {
        if (!isForbidden(error) || address.chat === address.user) throw error
      }
      const link = await offer(address.user, reply)
      if (ref && (await outbound.edit(ref, link))) return ref
      return outbound.post(groupOf(address), link)
    },
    redeem: async (user, token) => {
      const kept = await store.take(BUCKET, key(user, token))
      const opened = typeof kept === 'string' ? sealer.open(kept) : undefined
      if (opened === undefined) return undefined
      const { reply, until } = JSON.parse(opened) as { reply: SaidReply; until: number }
      return until > clock.now() ? reply : undefined
    },
  }
}

/** Whether a reply may be read by one person only, whatever its address says. */
export const isSecret = ({ blocks }: SaidReply): boolean =>
  blocks.some(({ type }) => type === 'secret')

/** The chat and topic an address lies in, as a place that all of its members read. */
export const groupOf = ({ chat, topic, replyTo }: Address): Target => ({
  chat,
  private: false,
  ...(topic !== undefined && { topic }),
  ...(replyTo !== undefined && { replyTo }),
})

const notice = (url: string): Reply =>
  say.info(
    tr('This answer is for you alone', '這則回答只給你看'),
    [
      text(
        tr(
          'Open it in a private chat within 10 minutes; the button works for the person who asked.',
          '請在 10 分鐘內到私人聊天開啟；這個按鈕只對提出要求的人有效。',
        ),
      ),
    ],
    { actions: [{ label: tr('Open privately', '私下開啟'), style: 'primary', url }] },
  )
