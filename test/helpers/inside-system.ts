import assert from 'node:assert/strict'
import { type App, createApp } from '../../src/app.ts'
import { systemClock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config/load.ts'
import { start } from '../../src/lifecycle.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { createServer } from '../../src/serve.ts'
import { type FakeDiscord, startFakeDiscord } from '../fakes/discord/fake-discord.ts'
import { type FakeFly, startFakeFly } from '../fakes/fly/fake-fly.ts'
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/index.ts'
import { tempDir } from './engines.ts'
import { type Engine, openEngine } from '../../src/engine.ts'
import type { Store } from '../../src/core/ports.ts'
import { startRedis } from './redis.ts'
import { createTestLog, type Logged } from './test-log.ts'

/** The product inside the test's own process, with the real libraries against the fakes. */
export interface InsideSystem {
  /** Discord by its gateway. */
  readonly gateway: App
  /** Discord by signed requests, Telegram by webhook, hooks; on the same state. */
  readonly endpoint: App
  /** Where the endpoint listens. */
  readonly url: string
  readonly discord: FakeDiscord
  readonly telegram: FakeTelegram
  readonly fly: FakeFly
  readonly store: Store
  /** The variables of the gateway's half: another process with them shares its state, where that is a file. */
  readonly env: Readonly<Record<string, string>>
  readonly logged: readonly Logged[]
  readonly owner: { readonly discord: string; readonly telegram: string }
  /** Lets the clocks of all of them go on, so that limits are full again. */
  readonly pass: (ms: number) => void
  readonly stop: () => Promise<void>
}

const WEBHOOK = { OPS_PUBLIC_URL: 'https://ops.example', TELEGRAM_WEBHOOK_SECRET: 'the-right-one' }

/** On the engine of that name, which other processes may share. */
export async function startInside(on: Engine['name']): Promise<InsideSystem> {
  let aheadMs = 0
  let url = ''
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
  const dir = await tempDir()
  const redis = on === 'redis' ? await startRedis() : undefined
  const [fly, discord, telegram] = await Promise.all([
    startFakeFly({ runtime: 'none' }),
    startFakeDiscord({ clock }),
    startFakeTelegram({ clock, reach: (to) => `${url}${new URL(to).pathname}` }),
  ])
  const owner = { discord: discord.user().id, telegram: String(telegram.user().id) }
  const logged: Logged[] = []
  const log = { ...createTestLog(logged), hide: () => {} }
  const registry = await loadCommands()
  const env = {
    OPS_APPS: 'my-openclaw,second-app',
    OPS_OWNERS: `discord:${owner.discord},telegram:${owner.telegram}`,
    OPS_STATE_DIR: dir.path,
    OPS_SECRET_KEY: '11'.repeat(32),
    PORT: '0',
    FLY_API_TOKEN: fly.token,
    FLY_API_URL: fly.url,
    FLY_PLATFORM_URL: fly.platformUrl,
    DISCORD_BOT_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    ...(redis && { REDIS_URL: redis.url }),
  }
  const opened = await openEngine({ config: configOf(env), clock, log })
  // Both halves stand on it, so neither closes it, and one of them works.
  const engine = { ...opened, close: async () => {} }
  const idle = { ...opened.queue, work: async () => {}, drain: async () => {} }
  const open = async (more: Readonly<Record<string, string>>, queue = opened.queue) => {
    const config = configOf({ ...env, ...more })
    const app = await createApp({ config, engine: { ...engine, queue }, registry, clock, log })
    const http = createServer(app, { clock, log })
    return { app, running: await start(app, { http, clock, log }) }
  }
  const registered = discord.request(
    ({ method, path }) => method === 'PUT' && path.endsWith('/commands'),
  )
  const one = await open({})
  const two = await open(
    {
      ...WEBHOOK,
      OPS_REGISTER: 'off',
      DISCORD_PUBLIC_KEY: discord.publicKey,
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
    },
    idle,
  )
  url = `http://127.0.0.1:${two.running.port}`
  await Promise.all([registered, telegram.called('setWebhook')])
  return {
    gateway: one.app,
    endpoint: two.app,
    url,
    discord,
    telegram,
    fly,
    store: engine.store,
    env,
    logged,
    owner,
    pass: (ms) => void (aheadMs += ms),
    async stop() {
      await Promise.all([one.running.stop(), two.running.stop()])
      await opened.close()
      await redis?.close()
      await dir.remove()
      const closed = await Promise.allSettled([discord.close(), telegram.close(), fly.close()])
      for (const result of closed) if (result.status === 'rejected') throw result.reason
    },
  }
}

function configOf(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig(env)
  assert.ok(loaded.ok)
  return loaded.config
}
