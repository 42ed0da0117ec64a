import type { App } from './app.ts'
import type { Discord } from './chat/discord/discord.ts'
import type { Telegram } from './chat/telegram/index.ts'
import type { TrustedPlace } from './core/access.ts'
import { isGone } from './core/census.ts'
import type { Platform } from './core/invocation.ts'
import type { Clock, Log } from './core/ports.ts'
import type { HttpServer } from './http/server.ts'
import { followMove } from './moved.ts'

/** Fly gives 30 s before it kills (fly.toml, kill_timeout); everything has to be said and written by then. */
const DRAIN_MS = 20_000
const CHATS_MS = 2000
const FLUSH_MS = 3000
const SWEEP_MS = 60_000

interface Deps {
  readonly http: HttpServer | undefined
  readonly clock: Clock
  readonly log: Log
  /** Aborted when a start that is not through yet has to begin nothing more. */
  readonly signal?: AbortSignal
}

export interface Running {
  readonly port: number | undefined
  readonly stop: () => Promise<void>
}

/**
 * Starts the parts of one process so that nothing is taken before it can be answered. Platforms are not waited for: one that
 * does not answer must hold up neither the other nor the jobs, and `/readyz` says which is missing.
 */
export async function start(app: App, deps: Deps): Promise<Running> {
  const { access, delivery, work, chats, jobs, oncall } = app
  const { http, clock, log, signal: told = new AbortController().signal } = deps
  const stopping = new AbortController()
  const signal = AbortSignal.any([told, stopping.signal])
  const next = async <T>(part: Promise<T> | undefined): Promise<T | undefined> => {
    const begun = await part
    signal.throwIfAborted()
    return begun
  }
  chats.telegram?.onMigration((from, to) => void followMove({ ...app, log }, { from, to }, signal))
  chats.telegram?.onMembership((space) => void lookInto(app, log, { platform: 'telegram', space }))
  chats.discord?.onGuilds((guilds) => void compareGuilds(app, log, guilds))
  await next(access.start())
  await next(app.settings.start())
  const listening = await next(http?.listen())
  await next(delivery.start())
  await next(work?.start())
  const recovered = await next(jobs.recover())
  await next(oncall.recover())
  if (recovered) log.info({ jobs: recovered }, 'jobs of an earlier run go on')
  connect(app, log, signal)
  app.proof.start()
  void sweep(app, { clock, log, signal })
  return {
    port: listening?.port,
    stop: async () => {
      stopping.abort()
      await stop(app, http)
    },
  }
}

/** Ends in order what has begun, however far the start came: no new requests, no new jobs, last words, then the store. */
export async function stop(app: App, http: HttpServer | undefined): Promise<void> {
  const { access, delivery, work, chats, engine } = app
  await Promise.all([chats.discord?.stop(CHATS_MS), chats.telegram?.stop(CHATS_MS)])
  await work?.stop(DRAIN_MS)
  await delivery.flush(FLUSH_MS)
  delivery.stop()
  access.stop()
  app.settings.stop()
  app.oncall.stop()
  app.proof.stop()
  app.forged.tend('ends')
  await app.settled()
  await http?.close()
  await engine.close()
}

function connect({ chats, config }: App, log: Log, signal: AbortSignal): void {
  const one = async (platform: Platform, chat: Discord | Telegram | undefined): Promise<void> => {
    if (chat === undefined) return
    await chat.start()
    if (signal.aborted) return
    if (config.register) await registerOne(platform, chat, log)
  }
  void one('discord', chats.discord)
  void one('telegram', chats.telegram)
}

type Space = Pick<TrustedPlace, 'platform' | 'space'>

async function lookInto({ tendPlaces }: App, log: Log, place: Space): Promise<void> {
  await tendPlaces(place).catch((error: unknown) =>
    log.warn({ err: error, space: place.space }, 'a place could not be looked into'),
  )
}

/** Where the bot was removed from or added again while nobody listened is looked into at once; what the platform says then counts. */
async function compareGuilds(app: App, log: Log, guilds: ReadonlySet<string>): Promise<void> {
  const state = await app.access.fresh().catch(() => app.access.snapshot())
  for (const place of state?.trusted ?? [])
    if (place.platform === 'discord' && guilds.has(place.space) === isGone(state ?? {}, place))
      await lookInto(app, log, place)
}

/** Jobs that were written down and lost on the way to the queue are handed over again. */
async function sweep(
  { jobs, access, settings, forged, tendAudit, tendPlaces, oncall, chats, config }: App,
  { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(SWEEP_MS, signal).catch(() => {})
    if (signal.aborted) return
    forged.tend()
    // Nudges may be lost, so what they tell of is looked at anyway.
    await Promise.all([
      jobs.recover(),
      access.fresh(),
      settings.fresh(),
      tendAudit(),
      tendPlaces(),
      config.register && chats.telegram?.tendMenus(),
      oncall.recover(),
    ]).catch((error: unknown) => log.debug({ err: error }, 'no sweep'))
  }
}

/** Menus that could not be registered are no reason not to run: the old ones still work. */
export async function register({ chats }: App, log: Log): Promise<boolean> {
  const { discord, telegram } = chats
  const results = await Promise.all([
    discord === undefined || registerOne('discord', discord, log),
    telegram === undefined || registerOne('telegram', telegram, log),
  ])
  return results.every(Boolean)
}

async function registerOne(
  platform: Platform,
  chat: Pick<Discord, 'register'>,
  log: Log,
): Promise<boolean> {
  try {
    log.info({ platform, outcome: await chat.register() }, 'commands registered')
    return true
  } catch (error) {
    log.warn({ err: error, platform }, 'commands could not be registered')
    return false
  }
}
