import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { startFakeTelegram } from '../fakes/telegram/index.ts'
import { tempDir } from '../helpers/engines.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'
import { spawnService } from '../helpers/service.ts'
import { startSilent } from '../helpers/silent.ts'

/*
 * A start can be stopped at any moment, whoever it is waiting for: what has begun ends, and the exit code says that all is well. The
 * limit of the suite lies far below the 28 s after which a process forces its own end.
 */
const BASE = {
  OPS_APPS: 'my-openclaw',
  OPS_OWNERS: 'telegram:42',
  OPS_SECRET_KEY: '11'.repeat(32),
  FLY_API_TOKEN: 'FlyV1 fm2_x',
  // Nobody listens there: the look-out is to ask nobody outside.
  FLY_API_URL: 'http://127.0.0.1:9',
  FLY_PLATFORM_URL: 'http://127.0.0.1:9',
}
const discordAt = (port: number) => ({
  DISCORD_BOT_TOKEN: 'MTIz.abc.def',
  DISCORD_API_URL: `http://127.0.0.1:${port}/api`,
})
const telegramAt = (url: string) => ({ TELEGRAM_BOT_TOKEN: '1:abc', TELEGRAM_API_URL: url })

async function silent(t: TestContext) {
  const server = await startSilent()
  t.after(server.close)
  return server
}

async function spawned(t: TestContext, env: Record<string, string>) {
  const dir = await tempDir()
  const service = spawnService({ ...BASE, OPS_STATE_DIR: dir.path, ...env })
  t.after(async () => {
    await service.kill()
    await dir.remove()
  })
  return service
}

async function stops(service: Awaited<ReturnType<typeof spawned>>): Promise<void> {
  service.send('SIGTERM')
  assert.equal((await service.ended).code, 0, service.output())
  assert.match(service.output(), /"signal":"SIGTERM","msg":"stopping"/)
  assert.match(service.output(), /"msg":"stopped"/)
  assert.doesNotMatch(service.output(), /"level":"error"/)
}

describe('SIGTERM while it starts', { timeout: 25_000, concurrency: true }, () => {
  it('Discord, Telegram and Fly take the connection and never answer', async (t) => {
    const [discord, telegram, fly] = await Promise.all([silent(t), silent(t), silent(t)])
    const service = await spawned(t, {
      ...discordAt(discord.port),
      ...telegramAt(`http://127.0.0.1:${telegram.port}`),
      FLY_API_URL: `http://127.0.0.1:${fly.port}`,
    })
    // It is up all the same, and says whom it waits for.
    const [, port] = await service.line(/"port":(\d+).*"msg":"ready"/)
    await Promise.all([discord.asked, telegram.asked])
    const readyz = await fetch(`http://127.0.0.1:${port}/readyz`)
    assert.equal(readyz.status, 503)
    const { parts } = (await readyz.json()) as { parts: Record<string, unknown> }
    assert.deepEqual(parts['discord'], { ok: false, detail: 'Discord: connecting.' })
    assert.deepEqual(parts['telegram'], { ok: false, detail: 'Telegram: connecting.' })
    const late = 'Not known: no answer from Fly or the database.'
    assert.deepEqual(parts['fly'], { ok: false, detail: late })
    await stops(service)
  })

  it('Redis takes the connection and never answers', async (t) => {
    const redis = await silent(t)
    const service = await spawned(t, {
      ...telegramAt('http://127.0.0.1:9'),
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    })
    await redis.asked
    await stops(service)
  })

  it('Redis falls silent behind the connection', { skip: skipRedis }, async (t) => {
    const redis = await startRedis()
    t.after(redis.close)
    const telegram = await silent(t)
    const service = await spawned(t, {
      ...telegramAt(`http://127.0.0.1:${telegram.port}`),
      REDIS_URL: redis.url,
    })
    await service.line(/"msg":"ready"/)
    await telegram.asked
    redis.pause()
    service.send('SIGTERM')
    assert.equal((await service.ended).code, 0, service.output())
  })

  for (const method of ['getMe', 'deleteWebhook', 'setMyCommands'] as const)
    it(`Telegram hangs in ${method}`, async (t) => {
      const telegram = await startFakeTelegram()
      t.after(telegram.close)
      telegram.fail(method, { kind: 'hang' })
      const service = await spawned(t, {
        TELEGRAM_BOT_TOKEN: telegram.token,
        TELEGRAM_API_URL: telegram.url,
      })
      const hangs = telegram.called(method)
      await service.line(/"msg":"ready"/)
      await hangs
      await stops(service)
    })
})
