import {
  type APIInteraction,
  Client,
  DiscordjsErrorCodes,
  Events,
  GatewayDispatchEvents,
  Status,
} from 'discord.js'
import type { Clock, Health, Log } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { rejectOnRateLimit } from './rest.ts'
import { within } from './within.ts'

/** Pauses between attempts: 1000 sessions a day are allowed, and more cost the bot its token. In ms. */
const FIRST_PAUSE_MS = 5000
const LONGEST_PAUSE_MS = 300_000
/** A connection that held this long was a good one, and the next pause starts small again. */
const STABLE_MS = 600_000
/** Discord asks for a heartbeat about every 41 s. */
const SILENT_MS = 120_000

export interface Gateway {
  /** Resolves when connected or when the first attempt failed; further attempts go on behind. Never rejects. */
  readonly start: () => Promise<void>
  /** Resolves when disconnected, at the latest after `deadlineMs`: the library may never finish closing (CHAT.md §1.6). */
  readonly stop: (deadlineMs: number) => Promise<void>
  readonly health: () => Health
}
interface Deps {
  readonly token: Secret
  readonly apiUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly onInteraction: (raw: APIInteraction) => void
}

/** Keeps one gateway session alive; the library resumes by itself, what it gives up is started anew here. */
export function createGateway(deps: Deps): Gateway {
  const { clock, log } = deps
  const stopping = new AbortController()
  let client: Client | undefined
  let refused = false
  let tried = false

  const supervise = async (first: () => void): Promise<void> => {
    let failures = 0
    const settled = (): void => {
      tried = true
      first()
    }
    while (!stopping.signal.aborted) {
      const startedAt = clock.now()
      const current = createClient(deps, settled)
      client = current
      const connected = (): void => {
        refused = false
        settled()
      }
      await hold(current, deps, connected).catch((error: unknown) => {
        refused = isRefused(error)
        log.error({ err: error, refused }, 'discord connection failed, will be tried again')
      })
      settled()
      if (clock.now() - startedAt > STABLE_MS) failures = 0
      const pauseMs = refused ? LONGEST_PAUSE_MS : FIRST_PAUSE_MS * 2 ** failures
      failures = Math.min(failures + 1, 10)
      await clock.sleep(Math.min(pauseMs, LONGEST_PAUSE_MS), stopping.signal).catch(() => {})
    }
  }

  return {
    start: () => new Promise((resolve) => void supervise(resolve)),
    async stop(deadlineMs) {
      stopping.abort()
      await within(clock, deadlineMs, async () => client && close(client))
    },
    health: () => (tried ? healthOf(client, refused) : CONNECTING),
  }
}

/** Logs in and resolves when Discord ended the session for good; rejects when it was never there. */
async function hold(client: Client, { token, log }: Deps, connected: () => void): Promise<void> {
  const lost = Promise.withResolvers<void>()
  client.once(Events.ShardDisconnect, () => lost.resolve())
  client.once(Events.Invalidated, () => lost.resolve())
  await client.login(token.reveal())
  connected()
  await lost.promise
  log.error({}, 'discord ended the session')
  void client.destroy().catch(() => {})
}

/** No intents, since interactions need none; roles are read from the payload, never from the library's cache. */
function createClient({ apiUrl, log, onInteraction }: Deps, onTrouble: () => void): Client {
  const client = new Client({
    intents: [],
    waitGuildTimeout: 500,
    allowedMentions: { parse: [] },
    enforceNonce: true,
    rest: { api: apiUrl, rejectOnRateLimit },
  })
  // The library's own event waits for `clientReady`; an interaction is dead after 3 s.
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (raw: APIInteraction) => onInteraction(raw))
  // Without a listener each of these ends the process.
  client.on(Events.Error, (error) => log.error({ err: error }, 'discord client error'))
  client.on(Events.ShardError, (error, shard) => {
    log.warn({ err: error, shard }, 'discord connection error')
    onTrouble()
  })
  client.on(Events.ShardReconnecting, (shard) => {
    log.info({ shard }, 'discord reconnecting')
    onTrouble()
  })
  client.on(Events.ShardReady, (shard) => log.info({ shard }, 'connected'))
  client.on(Events.ShardResume, (shard) => log.info({ shard }, 'discord resumed'))
  client.on(Events.Warn, (detail) => log.warn({ detail }, 'discord client warning'))
  return client
}

/** During a handshake `destroy()` never resolves and opens a second connection, so the handshake is let through first. */
async function close(client: Client): Promise<void> {
  if (client.ws.shards.some(({ status }) => status === Status.Identifying))
    await new Promise((resolve) => client.once(Events.ClientReady, resolve))
  await client.destroy()
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === DiscordjsErrorCodes.TokenInvalid) ||
    /authentication failed|disallowed intents/i.test(error.message))

/** `isReady()` stays true while a dead connection resumes, so the shards and their heartbeats are asked. */
function healthOf(client: Client | undefined, refused: boolean): Health {
  if (refused) return REFUSED
  const shards = [...(client?.ws.shards.values() ?? [])]
  if (shards.length === 0 || shards.some(({ status }) => status !== Status.Ready))
    return { ok: false, detail: 'Discord is not connected; it is being tried again.' }
  // The library stamps heartbeats with the wall clock.
  const silentMs = (shard: { lastPingTimestamp: number }): number =>
    Date.now() - Math.max(shard.lastPingTimestamp, client?.readyTimestamp ?? 0)
  if (shards.some((shard) => silentMs(shard) > SILENT_MS))
    return { ok: false, detail: 'Discord has not answered a heartbeat for two minutes.' }
  return { ok: true, detail: 'Discord is connected.' }
}

const CONNECTING: Health = { ok: false, detail: 'Discord: connecting.' }

/** What has to be done when the bot's own token is not taken. */
export const REFUSED: Health = {
  ok: false,
  detail: 'Discord refuses the bot token: set DISCORD_BOT_TOKEN to the current one and restart.',
}
