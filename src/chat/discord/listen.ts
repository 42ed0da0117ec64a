import { type WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import {
  type APIInteraction,
  GatewayCloseCodes,
  GatewayDispatchEvents,
} from 'discord-api-types/v10'
import type { Log } from '../../core/ports.ts'
import type { Shards } from './shards.ts'

interface Listening {
  readonly log: Log
  readonly onInteraction: (raw: APIInteraction) => void
  /** All guilds that the bot is in, once every shard has said its part of them. */
  readonly onGuilds: (guilds: ReadonlySet<string>) => void
  readonly shards: Shards
  readonly isEnding: () => boolean
  readonly onTrouble: () => void
  readonly onLost: () => void
}

/** Tells what happens on the connections of a session. */
export function listen(manager: WebSocketManager, on: Listening): void {
  const { log, shards } = on
  const {
    Closed,
    Dispatch,
    Error: Failed,
    HeartbeatComplete,
    Hello,
    Ready,
    Resumed,
  } = WebSocketShardEvents
  manager.on(Dispatch, ({ data }) => {
    if (data.t === GatewayDispatchEvents.InteractionCreate) on.onInteraction(data.d)
  })
  manager.on(Hello, ({ shardId }) => shards.greeted(shardId))
  const guilds = new Map<number, readonly string[]>()
  manager.on(Ready, ({ data, shardId: shard }) => {
    shards.ready(shard)
    log.info({ shard }, 'connected')
    guilds.set(
      shard,
      data.guilds.map(({ id }) => id),
    )
    // Each shard has some of them.
    if (guilds.size === (data.shard?.[1] ?? 1)) on.onGuilds(new Set([...guilds.values()].flat()))
  })
  manager.on(Resumed, ({ shardId: shard }) => {
    shards.ready(shard)
    log.info({ shard }, 'discord resumed')
  })
  manager.on(HeartbeatComplete, ({ shardId, heartbeatAt }) => shards.heard(shardId, heartbeatAt))
  manager.on(Closed, ({ code, shardId: shard }) => {
    shards.closed(shard)
    if (FOR_GOOD.has(code)) return on.onLost()
    if (on.isEnding()) return
    log.info({ shard, code }, 'discord reconnecting')
    on.onTrouble()
  })
  // Without a listener this one ends the process.
  manager.on(Failed, ({ error, shardId: shard }) => {
    log.warn({ err: error, shard }, 'discord connection error')
    on.onTrouble()
  })
}

/** Discord closes so what would not go better the next time. */
const FOR_GOOD: ReadonlySet<number> = new Set([
  GatewayCloseCodes.AuthenticationFailed,
  GatewayCloseCodes.InvalidShard,
  GatewayCloseCodes.ShardingRequired,
  GatewayCloseCodes.InvalidAPIVersion,
  GatewayCloseCodes.InvalidIntents,
  GatewayCloseCodes.DisallowedIntents,
])
