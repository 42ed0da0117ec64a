import { join } from 'node:path'
import { putSetting, WATCH } from '../../src/core/watch/rule-settings.ts'
import type { EngineSettings } from '../../src/engine.ts'
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord/fake-discord.ts'
import { startFakeFly, type FakeFly } from '../fakes/fly/fake-fly.ts'
import { startFakeTelegram, type FakeTelegram } from '../fakes/telegram/index.ts'
import { openStore, tempDir } from './engines.ts'
import { skipRedis, startRedis, type TestRedis } from './redis.ts'
import { type Service, startService } from './service.ts'

/** How the product runs: its engine, and in how many processes. */
export interface Shape {
  readonly name: string
  readonly engine: 'sqlite' | 'redis'
  readonly processes: 'one' | 'two'
  readonly skip: string | false
  /** Whether the look-out is on, as it is for people; off as `/oncall rule watch off` puts it when left out, so that Fly's calls are those of what is tested. */
  readonly watch?: boolean
  /** Further options of redis-server; without them every write is on the disk before it is answered. */
  readonly redisOptions?: readonly string[]
  /** Other times of the engine than people have, so that a dead worker's job is given again in a second. */
  readonly settings?: EngineSettings
}
export const SHAPES: readonly Shape[] = [
  { name: 'embedded engine', engine: 'sqlite', processes: 'one', skip: false },
  { name: 'Redis, one process', engine: 'redis', processes: 'one', skip: skipRedis },
  { name: 'Redis, bot and worker', engine: 'redis', processes: 'two', skip: skipRedis },
]
/** The two that have nothing in common, for whatever takes long: what holds on both holds between them. */
export const EXTREMES = SHAPES.filter(({ name }) => name !== 'Redis, one process')

/** The outside world and the product in it. */
export interface System {
  readonly fly: FakeFly
  readonly discord: FakeDiscord
  readonly telegram: FakeTelegram
  readonly redis: TestRedis | undefined
  /** Bot first; the same process twice when there is one. */
  readonly bot: Service
  readonly worker: Service
  readonly owner: { readonly discord: string; readonly telegram: string }
  /** The variables of one role; without it of all. */
  readonly env: (role?: 'bot' | 'worker') => Record<string, string>
  /** Starts a process anew after it was ended. */
  readonly restart: (role: 'bot' | 'worker') => Promise<Service>
  readonly stop: () => Promise<void>
}

const KEY = '11'.repeat(32)

/** Starts everything on loopback: fakes, engine, product. `more` are further variables. */
export async function startSystem(
  shape: Shape,
  more: Readonly<Record<string, string>> | ((discord: FakeDiscord) => Record<string, string>) = {},
  flyOptions: Parameters<typeof startFakeFly>[0] = { runtime: 'process' },
): Promise<System> {
  let running: { bot: Service; worker: Service } | undefined
  const [fly, discord, telegram, dir] = await Promise.all([
    startFakeFly(flyOptions),
    startFakeDiscord(),
    // A webhook's public URL leads to the bot, wherever it listens by then.
    startFakeTelegram({ reach: (url) => `${running?.bot.url}${new URL(url).pathname}` }),
    tempDir(),
  ])
  const extra = typeof more === 'function' ? more(discord) : more
  const redis = shape.engine === 'redis' ? await startRedis(shape.redisOptions) : undefined
  const owner = { discord: discord.user().id, telegram: String(telegram.user().id) }
  const env = (role?: 'bot' | 'worker'): Record<string, string> => ({
    OPS_APPS: 'my-openclaw',
    OPS_OWNERS: `discord:${owner.discord},telegram:${owner.telegram}`,
    OPS_STATE_DIR: dir.path,
    OPS_SECRET_KEY: KEY,
    ...(redis && { REDIS_URL: redis.url }),
    ...(role && { OPS_ROLE: role }),
    ...(role !== 'worker' && {
      DISCORD_BOT_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
    }),
    ...(role !== 'bot' && {
      FLY_API_TOKEN: fly.token,
      FLY_API_URL: fly.url,
      FLY_PLATFORM_URL: fly.platformUrl,
    }),
    ...extra,
  })
  const registered = discord.request(
    ({ method, path }) => method === 'PUT' && path.endsWith('/commands'),
  )
  if (shape.watch !== true)
    await quiet(redis ? { redis: redis.url } : { file: join(dir.path, 'ops.db') })
  const now = await launch(shape, env).catch(async (error: unknown) => {
    await Promise.allSettled([discord.close(), telegram.close(), fly.close(), redis?.close()])
    await dir.remove()
    throw error
  })
  running = now
  if (extra['OPS_REGISTER'] !== 'off') await registered
  return {
    fly,
    discord,
    telegram,
    redis,
    owner,
    env,
    get bot() {
      return now.bot
    },
    get worker() {
      return now.worker
    },
    async restart(role) {
      const one = shape.processes === 'one'
      const service = await startService(env(one ? undefined : role), shape.settings)
      if (one || role === 'bot') now.bot = service
      if (one || role === 'worker') now.worker = service
      return service
    },
    async stop() {
      await Promise.all([now.bot.stop(), now.worker.stop()])
      await redis?.close()
      await dir.remove()
      const closed = await Promise.allSettled([discord.close(), telegram.close(), fly.close()])
      for (const result of closed) if (result.status === 'rejected') throw result.reason
    },
  }
}

async function quiet(at: { readonly redis: string } | { readonly file: string }): Promise<void> {
  const store = await openStore(
    'redis' in at ? { engine: 'redis', url: at.redis } : { engine: 'sqlite', path: at.file },
  )
  await putSetting(store, WATCH, { on: false, by: 'test', at: 0 })
  await store.close()
}

async function launch(
  { processes, settings }: Shape,
  env: System['env'],
): Promise<{ bot: Service; worker: Service }> {
  if (processes === 'one') {
    const service = await startService(env(), settings)
    return { bot: service, worker: service }
  }
  const [bot, worker] = await Promise.all([
    startService(env('bot'), settings),
    startService(env('worker'), settings),
  ])
  return { bot, worker }
}
