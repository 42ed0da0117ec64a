import type { RequestData } from '@discordjs/rest'
import { type APIMessage, MessageFlags, Routes } from 'discord-api-types/v10'
import type { Address } from '../../core/invocation.ts'
import type { Chat, Clock, MessageRef, Sealer } from '../../core/ports.ts'
import { isQuiet } from '../../core/settings.ts'
import { type Call, unlessGone } from './call.ts'
import { prove } from './prove.ts'
import { type RenderedMessage, renderMessage } from './render.ts'
import { awake, inThread } from './thread.ts'

/** About one edit in two to three seconds keeps a message clear of the channel's bucket. */
const EDIT_INTERVAL_MS = 2500
/** Seen: five edits in five seconds in a channel, whichever messages they are of. */
const CHANNEL_INTERVAL_MS = 1250

export interface SendDeps {
  readonly asBot: Call
  readonly byToken: Call
  readonly sealer: Sealer
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Delivers by the first way that is open: the request's own token, then the bot's edit of the message, then a new message.
 * What is private never goes into a channel: its last way is a direct message.
 */
export function createSend(deps: SendDeps): Chat {
  return {
    platform: 'discord',
    editIntervalMs: EDIT_INTERVAL_MS,
    chatIntervalMs: () => CHANNEL_INTERVAL_MS,
    async deliver(address, reply, ref) {
      const message = renderMessage(reply)
      // Private words never replace a public message.
      const known = address.private && ref?.private === false ? undefined : ref
      return (
        (await editByToken(deps, { address, message, known })) ??
        (await editAsBot(deps, message, known ?? lastOf(address))) ??
        (await sendAnew(deps, address, isQuiet(address, reply) ? hushed(message) : message))
      )
    },
    async remove({ chat, message }) {
      await unlessGone(deps.asBot('delete', Routes.channelMessage(chat, message)))
    },
    prove: (address, words) => prove(deps.asBot, address, words),
    async sendPrivate({ id }, reply) {
      return sendDirect(deps, id, renderMessage(reply))
    },
  }
}

/** Nobody's phone makes a sound. */
const hushed = (message: RenderedMessage): RenderedMessage => ({
  ...message,
  body: { ...message.body, flags: MessageFlags.SuppressNotifications },
})

interface Edit {
  readonly address: Address
  readonly message: RenderedMessage
  readonly known: MessageRef | undefined
}

async function editByToken({ byToken, sealer, clock }: SendDeps, edit: Edit) {
  const { address, message, known } = edit
  const handle = openHandle(address, sealer, clock.now())
  // Words that had to move to another channel are out of the token's reach.
  if (handle === undefined || (known && known.chat !== address.chat)) return undefined
  const { app, token } = handle
  const route = Routes.webhookMessage(app, token, known?.message ?? '@original')
  const sent = await unlessGone(byToken('patch', route, { ...content(message), auth: false }))
  return sent === undefined ? undefined : refOf(sent, address.private)
}

async function editAsBot({ asBot }: SendDeps, message: RenderedMessage, ref?: MessageRef) {
  if (ref === undefined) return undefined
  const route = Routes.channelMessage(ref.chat, ref.message)
  const edit = () => asBot('patch', route, content(message))
  const sent = await unlessGone(awake(asBot, ref.chat, edit))
  return sent === undefined ? undefined : refOf(sent, ref.private)
}

/** A new message; when it stands for a reply that can't be edited any more, it calls the one who waits for it. */
async function sendAnew(deps: SendDeps, address: Address, message: RenderedMessage) {
  const { chat, user, replyTo, handle, thread } = address
  if (address.private) return sendDirect(deps, user, thread ? replying(message, replyTo) : message)
  if (thread !== undefined && replyTo !== undefined) {
    const say = (channel: string) => post(deps, channel, message)
    const sent = await inThread(deps.asBot, { channel: chat, message: replyTo, name: thread }, say)
    if (sent !== undefined) return refOf(sent, false)
  }
  const extra = {
    ...(handle !== undefined && {
      content: `<@${user}>`,
      allowed_mentions: { parse: [], users: [user] },
    }),
  }
  const anew = { ...message, body: { ...message.body, ...extra } }
  return refOf(await post(deps, chat, replying(anew, replyTo)), false)
}

const replying = (message: RenderedMessage, to: string | undefined): RenderedMessage =>
  to === undefined ? message : { ...message, body: { ...message.body, ...referring(to) } }
const referring = (to: string) => ({
  message_reference: { message_id: to, fail_if_not_exists: false },
})

async function sendDirect(deps: SendDeps, user: string, message: RenderedMessage) {
  const body = { recipient_id: user }
  const channel = (await deps.asBot('post', Routes.userChannels(), { body })) as { id: string }
  return refOf(await post(deps, channel.id, message), true)
}

/** The same words tried again carry the same nonce, so that Discord gives back the first message instead of a second. */
function post({ asBot, sealer }: SendDeps, channel: string, message: RenderedMessage) {
  const nonce = sealer.digest(JSON.stringify([channel, message.body])).slice(0, 25)
  const body = { ...message.body, nonce, enforce_nonce: true }
  return asBot('post', Routes.channelMessages(channel), { ...content(message), body })
}

const content = ({ body, files }: RenderedMessage): RequestData => ({ body, files })

const refOf = (sent: unknown, isPrivate: boolean): MessageRef => {
  const { id, channel_id } = sent as APIMessage
  return { chat: channel_id, message: id, private: isPrivate }
}

/** The message that was made for the answer, as far as the address knows one. */
const lastOf = ({ chat, message, private: isPrivate }: Address): MessageRef | undefined =>
  message === undefined ? undefined : { chat, message, private: isPrivate }

/** The interaction's application and token, while the token is worth anything. */
function openHandle(address: Address, sealer: Pick<Sealer, 'open'>, now: number) {
  if (address.handle === undefined || now >= (address.until ?? 0)) return undefined
  const [app, token] = sealer.open(address.handle)?.split(':') ?? []
  return app === undefined || token === undefined ? undefined : { app, token }
}
