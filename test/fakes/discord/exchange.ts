import { randomBytes } from 'node:crypto'
import { userObject } from './gateway.ts'
import { messageObject } from './messages.ts'
import type { Exchange, FakeChannel, FakeMessage, FakeUser, World } from './world.ts'

export interface Opening {
  readonly type: 2 | 3 | 4 | 5
  readonly user: FakeUser
  readonly channel: FakeChannel
  readonly data: object
  readonly source?: FakeMessage | undefined
}

/** Registers an interaction and gives its payload, as the gateway or the endpoint would carry it. */
export function openExchange(world: World, opening: Opening): { exchange: Exchange; raw: object } {
  const { user, channel, source, type, data } = opening
  const exchange: Exchange = {
    id: world.snowflake(),
    token: `aW50ZXJhY3Rpb24.${randomBytes(24).toString('base64url')}`,
    createdAt: world.clock.now(),
    user,
    channel,
    source,
    isModalSubmit: type === 5,
    ack: undefined,
    original: undefined,
    made: new Set(),
    acked: Promise.withResolvers(),
    shown: Promise.withResolvers(),
  }
  world.exchanges.set(exchange.token, exchange)
  const raw = {
    id: exchange.id,
    application_id: world.app,
    type,
    token: exchange.token,
    version: 1,
    ...placed(user, channel),
    channel: channelObject(channel),
    channel_id: channel.id,
    data,
    locale: user.locale,
    app_permissions: '2147483647',
    entitlements: [],
    authorizing_integration_owners: channel.guild === undefined ? {} : { 0: channel.guild },
    attachment_size_limit: 10_485_760,
    ...(source && { message: messageObject(world, source) }),
  }
  return { exchange, raw }
}

/** In a guild there is a member with roles, in a direct talk only a user. */
function placed(user: FakeUser, { guild }: FakeChannel): object {
  if (guild === undefined) return { context: 1, user: userObject(user) }
  const member = {
    user: userObject(user),
    roles: user.roles,
    permissions: '2147483647',
    joined_at: '2025-01-01T00:00:00.000Z',
    nick: null,
    deaf: false,
    mute: false,
    flags: 0,
  }
  return { context: 0, guild_id: guild, guild_locale: 'en-US', guild: { id: guild }, member }
}

const channelObject = ({ id, type, guild, parent }: FakeChannel) => ({
  id,
  type,
  ...(guild !== undefined && { guild_id: guild }),
  ...(parent !== undefined && { parent_id: parent }),
})
