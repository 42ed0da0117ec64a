import type { RequestData } from '@discordjs/rest'
import { type APIMessage, MessageFlags, Routes } from 'discord-api-types/v10'
import type { Address } from '../../core/invocation.ts'
import type { Chat, Clock, MessageRef, Sealer } from '../../core/ports.ts'
import { isQuiet } from '../../core/settings.ts'
import { type Call, unlessGone } from './call.ts'
import { prove } from './prove.ts'
import type { RenderedMessage } from './render.ts'
import { isRefusal } from './rest.ts'
import { awake, inThread } from './thread.ts'
import { orWithoutFiles } from './without-files.ts'

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
    deliver: (address, reply, ref) =>
      orWithoutFiles(reply, (message) =>
        bring(deps, { address, message, quiet: isQuiet(address, reply) }, ref),
      ),
    async remove({ chat, message }) {
      await unlessGone(deps.asBot('delete', Routes.channelMessage(chat, message)))
    },
    prove: (address, words) => prove(deps.asBot, address, words),
    async sendPrivate({ id }, reply) {
      return orWithoutFiles(reply, (message) => sendDirect(deps, id, message))
    },
  }
}

interface Going {
  readonly address: Address
  readonly message: RenderedMessage
  readonly quiet: boolean
}

async function bring(
  deps: SendDeps,
  { address, message, quiet }: Going,
  ref: MessageRef | undefined,
): Promise<MessageRef> {
  // Private words never replace a public message.
  const known = address.private && ref?.private === false ? undefined : ref
  const edited =
    (await editByToken(deps, { address, message, known })) ??
    (await editAsBot(deps, message, known ?? lastOf(address)))
  if (edited !== undefined) return edited
  const sent = await sendAnew(deps, address, quiet ? hushed(message) : message)
  // What an earlier try made is given back as it was then.
  const old = address.once?.again === true ? await editAsBot(deps, message, sent) : undefined
  return old ?? sent
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
  const { chat, user, replyTo, handle, thread, once } = address
  if (address.private) {
    const there = thread ? replying(message, replyTo) : message
    return sendDirect(deps, user, { ...there, once })
  }
  if (thread !== undefined && replyTo !== undefined) {
    const say = (channel: string) => post(deps, channel, { ...message, once })
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
  return refOf(await post(deps, chat, { ...replying(anew, replyTo), once }), false)
}

interface New extends RenderedMessage {
  readonly once?: Address['once']
}

const replying = (message: RenderedMessage, to: string | undefined): RenderedMessage =>
  to === undefined ? message : { ...message, body: { ...message.body, ...referring(to) } }
const referring = (to: string) => ({
  message_reference: { message_id: to, fail_if_not_exists: false },
})

async function sendDirect(deps: SendDeps, user: string, message: New) {
  const body = { recipient_id: user }
  const channel = (await deps.asBot('post', Routes.userChannels(), { body })) as { id: string }
  return refOf(await post(deps, channel.id, message), true)
}

/**
 * A message tried again carries the same nonce, whatever its words are by then, so that Discord gives back the first one instead of a
 * second; another message with equal words has another. For a few minutes; where the first one was deleted since, Discord knows it no more.
 */
async function post({ asBot, sealer }: SendDeps, channel: string, { once, ...message }: New) {
  const named = once?.id ?? JSON.stringify(message.body)
  const say = (...more: readonly string[]) => {
    const nonce = sealer.digest(JSON.stringify([channel, named, ...more])).slice(0, 25)
    const body = { ...message.body, nonce, enforce_nonce: true }
    return asBot('post', Routes.channelMessages(channel), { ...content(message), body })
  }
  try {
    return await say()
  } catch (error) {
    if (!isRefusal(error, UNKNOWN_MESSAGE)) throw error
    return say('anew')
  }
}
const UNKNOWN_MESSAGE = 10_008

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
