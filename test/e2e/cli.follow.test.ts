import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { realClock } from '../fakes/fly/clock.ts'
import { noDelays } from '../fakes/fly/delays.ts'
import { startFakeFly } from '../fakes/fly/fake-fly.ts'
import { tempDir } from '../helpers/engines.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'
import { BASE } from '../helpers/service.ts'

/* A live log at the shell: every line once, as it comes, until Ctrl-C, which ends it with its last words and exit code 0. */
for (const redis of [false, true])
  test(
    `npm run cli -- logs follow=true, ${redis ? 'Redis' : 'embedded engine'}`,
    { timeout: 30_000, skip: redis && skipRedis },
    (t) => follow(t, redis),
  )

async function follow(t: TestContext, redis: boolean): Promise<void> {
  const fly = await startFakeFly({ clock: realClock(), delays: noDelays })
  const dir = await tempDir()
  const { app, machine } = await fly.deployOpenclaw()
  const server = redis ? await startRedis() : undefined
  t.after(async () => {
    await dir.remove()
    await server?.close()
    await fly.close()
  })
  const env = {
    ...BASE,
    OPS_APPS: app,
    OPS_OWNERS: 'discord:123456789012345678',
    OPS_STATE_DIR: dir.path,
    FLY_API_TOKEN: fly.token,
    FLY_API_URL: fly.url,
    FLY_PLATFORM_URL: fly.platformUrl,
    ...(server && { REDIS_URL: server.url }),
  }
  const cwd = new URL('../../', import.meta.url)
  const child = spawn(process.execPath, ['src/cli.ts', 'logs', 'follow=true'], { cwd, env })
  t.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (printed += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (printed += `stderr: ${part}`))
  const until = async (words: string) => {
    while (!printed.includes(words)) {
      assert.equal(child.exitCode, null, printed)
      await Promise.race([once(child.stdout, 'data'), ended])
    }
  }
  const write = (from: number, to: number) => {
    for (let n = from; n < to; n += 1) fly.log(app, machine.id, { message: `line ${n}.` })
  }
  write(0, 3)
  await until('line 2.')
  // Far more than a message in a chat shows.
  write(3, 250)
  await until('line 249.')
  child.kill('SIGINT')
  const [code] = (await ended) as [number | null]
  assert.equal(code, 0, printed)
  const numbers = [...printed.matchAll(/line (\d+)\./g)].map(([, n]) => Number(n))
  assert.deepEqual(
    numbers,
    Array.from({ length: 250 }, (_, n) => n),
  )
  assert.match(printed, /Followed my-openclaw/)
  assert.match(printed, /Stopped by local\./)
  assert.doesNotMatch(printed, /stderr:|left out here/)
}
