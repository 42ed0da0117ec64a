import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startFakeTelegram } from '../fakes/telegram/index.ts'
import { tempDir } from '../helpers/engines.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'
import { runEntry, startService } from '../helpers/service.ts'

/*
 * Processes on one Redis that made keys of their own could not open what the others seal: the second one is told so and does not start. With
 * nobody there, a bot that lost its key begins with a new one.
 */
it('one Redis is used with one key', { skip: skipRedis, timeout: 60_000 }, async (t) => {
  const redis = await startRedis()
  const telegram = await startFakeTelegram()
  const [mine, other] = [await tempDir(), await tempDir()]
  t.after(async () => {
    await redis.close()
    await telegram.close()
    await Promise.all([mine.remove(), other.remove()])
  })
  const env = {
    OPS_APPS: 'my-openclaw',
    OPS_OWNERS: 'telegram:42424242',
    OPS_STATE_DIR: mine.path,
    REDIS_URL: redis.url,
    FLY_API_TOKEN: 'FlyV1 fm2_x',
    FLY_API_URL: 'http://127.0.0.1:9',
    FLY_PLATFORM_URL: 'http://127.0.0.1:9',
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_URL: telegram.url,
  }
  const stranger = { ...env, OPS_STATE_DIR: other.path }
  const whoami = (as: typeof env) => runEntry('src/cli.ts', { args: ['ops', 'whoami'], env: as })
  const first = await startService(env)
  t.after(first.kill)

  const [second, shell, own] = await Promise.all([
    runEntry('src/main.ts', { env: stranger }),
    whoami(stranger),
    whoami(env),
  ])
  assert.equal(second.code, 78, second.stderr)
  const said = /^OPS_SECRET_KEY: is not the key of another process .* the same OPS_SECRET_KEY;/
  assert.match(second.stderr, said)
  assert.deepEqual([shell.code, own.code], [1, 0])
  assert.match(shell.stderr, said)

  assert.equal(await first.stop(), 0)
  assert.equal((await whoami(stranger)).code, 0)
})
