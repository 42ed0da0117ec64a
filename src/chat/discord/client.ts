import { REST } from '@discordjs/rest'
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import type { APIInteraction } from 'discord-api-types/v10'
import type { Clock, Health, Log } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { listen } from './listen.ts'
import { isTokenRefused, rejectOnRateLimit } from './rest.ts'
import { createShards, type Shards } from './shards.ts'
import { atMost } from '../../core/at-most.ts'

/** Pauses between attempts: 1000 sessions a day are allowed, and more cost the bot its token. In ms. */
const FIRST_PAUSE_MS = 5000
const LONGEST_PAUSE_MS = 300_000
/** A connection that held this long was a good one, and the next pause starts small again. */
const STABLE_MS = 600_000

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
  /** With every new session: all guilds that the bot is in. A resumed one says nothing of them, nor is anything sent when one is left. */
  readonly onGuilds: (guilds: ReadonlySet<string>) => void
}

/** Keeps one gateway session alive; the library resumes by itself, what it gives up is started anew here. */
export function createGateway(deps: Deps): Gateway {
  const { clock, log } = deps
  const stopping = new AbortController()
  let session: Session | undefined
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
      const current = createSession(deps, settled)
      session = current
      const connected = (): void => {
        refused = false
        settled()
      }
      await hold(current, log, connected).catch((error: unknown) => {
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
      await atMost(clock, deadlineMs, async () => session && close(session))
    },
    health: () => (tried ? healthOf(session, refused) : CONNECTING),
  }
}

/** One login: connections of all shards, as the library keeps them. */
interface Session {
  readonly manager: WebSocketManager
  readonly shards: Shards
  /** Resolves when Discord ended it for good. */
  readonly lost: Promise<void>
  /** Disconnects; once, however often it is asked for. */
  readonly end: () => Promise<void>
}

/** Logs in and resolves when Discord ended the session for good; rejects when it was never there. */
async function hold(session: Session, log: Log, connected: () => void): Promise<void> {
  try {
    await session.manager.connect()
  } catch (error) {
    void session.end().catch(() => {})
    throw error
  }
  connected()
  await session.lost
  log.error({}, 'discord ended the session')
  void session.end().catch(() => {})
}

/** No intents, since interactions need none; roles are read from the payload. */
function createSession(deps: Deps, onTrouble: () => void): Session {
  const { apiUrl, token } = deps
  const rest = new REST({ api: apiUrl, rejectOnRateLimit }).setToken(token.reveal())
  const sessions = new Map<number, SessionInfo>()
  const manager = new WebSocketManager({
    token: token.reveal(),
    intents: 0,
    rest,
    // Those the library keeps by itself would outlive the manager, and be another one's.
    retrieveSessionInfo: (shard) => sessions.get(shard) ?? null,
    updateSessionInfo(shard, info) {
      if (info) sessions.set(shard, info)
      else sessions.delete(shard)
    },
  })
  const lost = Promise.withResolvers<void>()
  const shards = createShards((shard) => sessions.has(shard))
  let ending: Promise<void> | undefined
  const isEnding = () => ending !== undefined
  listen(manager, { ...deps, shards, isEnding, onTrouble, onLost: lost.resolve })
  return {
    manager,
    shards,
    lost: lost.promise,
    end() {
      rest.clearHashSweeper()
      rest.clearHandlerSweeper()
      return (ending ??= Promise.resolve(manager.destroy()))
    },
  }
}

/** During a handshake `destroy()` never resolves and opens a second connection, so the handshake is let through first. */
async function close({ shards, manager, end }: Session): Promise<void> {
  if (shards.isIdentifying())
    await new Promise((resolve) => manager.once(WebSocketShardEvents.Ready, resolve))
  await end()
}

const isRefused = (error: unknown): boolean =>
  isTokenRefused(error) ||
  (error instanceof Error && /authentication failed|disallowed intents/i.test(error.message))

function healthOf(session: Session | undefined, refused: boolean): Health {
  return refused ? REFUSED : (session?.shards.health() ?? CONNECTING)
}

const CONNECTING: Health = { ok: false, detail: 'Discord: connecting.' }

/** What has to be done when the bot's own token is not taken. */
export const REFUSED: Health = {
  ok: false,
  detail: 'Discord refuses the bot token: set DISCORD_BOT_TOKEN to the current one and restart.',
}
