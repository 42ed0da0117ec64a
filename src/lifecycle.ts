import type { App } from './app.ts'
import type { Clock, Log } from './core/ports.ts'
import type { HttpServer } from './http/server.ts'

/** Fly gives 30 s before it kills (fly.toml, kill_timeout); everything has to be said and written by then. */
const DRAIN_MS = 20_000
const CHATS_MS = 2000
const FLUSH_MS = 3000
const SWEEP_MS = 60_000

interface Deps {
  readonly http: HttpServer | undefined
  readonly clock: Clock
  readonly log: Log
}

export interface Running {
  readonly port: number | undefined
  /** Ends in order: no new requests, no new jobs, last words, then the store. */
  readonly stop: () => Promise<void>
}

/** Starts the parts of one process so that nothing is taken before it can be answered. */
export async function start(app: App, { http, clock, log }: Deps): Promise<Running> {
  const { access, delivery, work, chats, jobs, config } = app
  const stopping = new AbortController()
  await access.start()
  chats.telegram?.onMigration((from, to) => void moved(app, log, { from, to }))
  await delivery.start()
  await work?.start()
  const recovered = await jobs.recover()
  if (recovered > 0) log.info({ jobs: recovered }, 'jobs of an earlier run go on')
  const listening = await http?.listen()
  await Promise.all([chats.discord?.start(), chats.telegram?.start()])
  if (config.register) void register(app, log)
  void sweep(app, { clock, log, signal: stopping.signal })
  return {
    port: listening?.port,
    stop: async () => {
      stopping.abort()
      await stop(app, http)
    },
  }
}

async function stop(app: App, http: HttpServer | undefined): Promise<void> {
  const { access, delivery, work, chats, engine } = app
  await Promise.all([chats.discord?.stop(CHATS_MS), chats.telegram?.stop(CHATS_MS)])
  await work?.stop(DRAIN_MS)
  await delivery.flush(FLUSH_MS)
  delivery.stop()
  access.stop()
  await app.settled()
  await http?.close()
  await engine.close()
}

/** Telegram says it of its own group, so trust and grants go along; a place without any has nothing to move. */
async function moved(
  { access }: App,
  log: Log,
  { from, to }: { from: string; to: string },
): Promise<void> {
  try {
    const trusted = await access.move({ platform: 'telegram', space: from }, to)
    if (trusted) log.warn({ from, to }, 'a trusted group has a new id, its grants went along')
  } catch (error) {
    log.error({ err: error, from, to }, 'the grants of a moved group stayed behind')
  }
}

/** Jobs that were written down and lost on the way to the queue are handed over again. */
async function sweep(
  { jobs, access }: App,
  { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(SWEEP_MS, signal).catch(() => {})
    if (signal.aborted) return
    // Nudges may be lost, so what they tell of is looked at anyway.
    await Promise.all([jobs.recover(), access.fresh()]).catch((error: unknown) =>
      log.debug({ err: error }, 'no sweep'),
    )
  }
}

/** Menus that could not be registered are no reason not to run: the old ones still work. */
export async function register({ chats }: App, log: Log): Promise<boolean> {
  const one = async (platform: string, work: (() => Promise<string>) | undefined) => {
    if (work === undefined) return true
    try {
      log.info({ platform, outcome: await work() }, 'commands registered')
      return true
    } catch (error) {
      log.warn({ err: error, platform }, 'commands could not be registered')
      return false
    }
  }
  const results = await Promise.all([
    one('discord', chats.discord?.register),
    one('telegram', chats.telegram?.register),
  ])
  return results.every(Boolean)
}
