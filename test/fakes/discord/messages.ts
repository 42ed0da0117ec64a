import type { APIEmbed } from 'discord-api-types/v10'
import type { Body, UploadedFile } from './answer.ts'
import type { FakeMessage, Row, World } from './world.ts'

const EPHEMERAL = 64

interface Draft {
  readonly channel: string
  readonly only?: string
  readonly loading?: boolean
  readonly body?: Body
  readonly files?: readonly UploadedFile[]
}

/** Puts a message into the world and tells those who wait for it. */
export function createMessage(world: World, draft: Draft): FakeMessage {
  const message: FakeMessage = {
    id: world.snowflake(),
    channel: draft.channel,
    ...(draft.only !== undefined && { only: draft.only }),
    loading: draft.loading ?? false,
    deleted: false,
    content: '',
    embeds: [],
    components: [],
    files: [],
    mentions: [],
    edits: 0,
  }
  world.messages.set(message.id, message)
  fill(message, draft.body ?? {}, draft.files ?? [])
  world.events.emit('message', message)
  return message
}

/** Changes what the body mentions, as an edit does; the first words end a deferral. */
export function editMessage(
  world: World,
  message: FakeMessage,
  { body, files }: { readonly body: Body; readonly files: readonly UploadedFile[] },
): void {
  fill(message, body, files)
  message.loading = false
  message.edits += 1
  world.events.emit('message', message)
}

export function deleteMessage(world: World, message: FakeMessage): void {
  message.deleted = true
  message.loading = false
  world.messages.delete(message.id)
  world.events.emit('message', message)
}

function fill(message: FakeMessage, body: Body, files: readonly UploadedFile[]): void {
  if ('content' in body) message.content = (body['content'] as string | null) ?? ''
  if ('embeds' in body) message.embeds = (body['embeds'] as APIEmbed[] | null) ?? []
  if ('components' in body) message.components = (body['components'] as Row[] | null) ?? []
  if ('attachments' in body || files.length > 0) message.files = [...files]
  message.mentions = pinged(message.content, body)
  if (typeof body['nonce'] === 'string') message.nonce = body['nonce']
}

/** Whom the words ping: without `allowed_mentions` everybody they name. */
function pinged(content: string, body: Body): string[] {
  const named = [...content.matchAll(/<@!?(\d+)>|@(everyone|here)/g)].map(
    ([, user, all]) => user ?? all ?? '',
  )
  const allowed = body['allowed_mentions'] as { parse?: string[]; users?: string[] } | undefined
  if (allowed === undefined || allowed.parse?.includes('users')) return named
  return named.filter((id) => allowed.users?.includes(id))
}

/** Whether there is anything to see: Discord refuses an empty message. */
export function isEmpty({ body, files }: { body: Body; files: readonly UploadedFile[] }): boolean {
  const lists = ['embeds', 'components'].map((key) => (body[key] as unknown[] | undefined) ?? [])
  return !body['content'] && lists.every((list) => list.length === 0) && files.length === 0
}

/** The full message object that the API answers with. */
export function messageObject(world: World, message: FakeMessage): object {
  return {
    id: message.id,
    channel_id: message.channel,
    type: 0,
    content: message.content,
    author: {
      id: world.app,
      username: 'openclaw-ops',
      discriminator: '0',
      avatar: null,
      bot: true,
    },
    timestamp: new Date(world.clock.now()).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: message.files.map(({ name, text }, id) => ({
      id: String(id),
      filename: name,
      size: text.length,
      url: 'http://127.0.0.1/file',
      proxy_url: 'http://127.0.0.1/file',
    })),
    embeds: message.embeds,
    components: message.components,
    pinned: false,
    flags: message.only === undefined ? 0 : EPHEMERAL,
  }
}
