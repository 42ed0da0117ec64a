import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { startFakeFly } from '../fakes/fly/fake-fly.ts'
import { tempDir } from '../helpers/engines.ts'
import { startRedis } from '../helpers/redis.ts'
import { runEntry } from '../helpers/service.ts'
import { SHAPES } from '../helpers/system.ts'

/*
 * What a person can do at the shell: one command through the same dispatcher, queue and worker as chat, as text or as JSON, with an exit
 * code that a script can act on.
 */
const ENGINES = SHAPES.filter(({ processes }) => processes === 'one')

/** A deployment that runs, and the command line beside it; what it started ends with the test. */
async function scene(t: TestContext, engine: 'sqlite' | 'redis') {
  const redis = engine === 'redis' ? await startRedis() : undefined
  const fly = await startFakeFly({ runtime: 'process' })
  const dir = await tempDir()
  t.after(async () => {
    await redis?.close()
    await dir.remove()
    await fly.close()
  })
  const { machine } = await fly.deployOpenclaw()
  await fly.untilLog('my-openclaw', /\[gateway\] ready/)
  const env = {
    OPS_APPS: 'my-openclaw',
    OPS_OWNERS: 'discord:123456789012345678',
    OPS_STATE_DIR: dir.path,
    ...(redis && { REDIS_URL: redis.url, OPS_SECRET_KEY: '22'.repeat(32) }),
    FLY_API_TOKEN: fly.token,
    FLY_API_URL: fly.url,
    FLY_PLATFORM_URL: fly.platformUrl,
  }
  return {
    fly,
    machine,
    dir: dir.path,
    cli: (...args: string[]) => runEntry('src/cli.ts', { args, env }),
  }
}

describe('npm run cli', { concurrency: true }, () => {
  for (const { name, engine, skip } of ENGINES)
    it(`answers as text and as JSON, and what it changes lasts: ${name}`, { skip }, async (t) => {
      const { cli, machine } = await scene(t, engine)
      const [text, json, trusted] = await Promise.all([
        cli('status'),
        cli('/openclaw', 'status', 'app=my-openclaw', '--json'),
        cli('ops', 'access', 'trust', 'discord:1234567890', '--yes'),
      ])
      assert.equal(text.code, 0, text.stderr)
      assert.match(text.stdout, /the gateway is ready/)

      assert.equal(json.code, 0, json.stderr)
      const answer = JSON.parse(json.stdout) as Record<string, unknown>
      assert.deepEqual(Object.keys(answer), ['ok', 'command', 'job', 'reply', 'result'])
      assert.match(String(answer['job']), /^J-[0-9A-HJKMNP-TV-Z]{6}$/)
      const result = answer['result'] as Record<string, unknown>
      assert.equal(result['app'], 'my-openclaw')
      assert.equal(result['private'], false)
      assert.equal(result['url'], 'https://my-openclaw.fly.dev')
      const gateway = result['gateway'] as Record<string, unknown>
      assert.equal(gateway['ready'], true)
      assert.equal(gateway['version'], '2026.9.6')
      const [first] = result['machines'] as Array<Record<string, unknown>>
      assert.equal(first?.['id'], machine.id)
      assert.equal(first?.['size'], 'shared-cpu-2x')
      assert.equal(first?.['memoryMb'], 2048)

      assert.equal(trusted.code, 0, trusted.stdout)
      const list = await cli('ops', 'access', 'list')
      assert.match(list.stdout, /discord:1234567890/)
    })

  it('refuses what is wrong, asks before it changes, and says what Fly refused', async (t) => {
    const { cli, fly, dir } = await scene(t, 'sqlite')
    const [wrong, other, late, asked] = await Promise.all([
      cli('status', 'color=blue'),
      cli('status', 'app=nobody'),
      // Found out by the worker alone.
      cli('memory', 'size=700mb'),
      cli('ops', 'access', 'trust', 'discord:1234567890'),
    ])
    assert.equal(wrong.code, 2)
    assert.match(wrong.stdout, /no option “color”/)
    assert.equal(other.code, 2)
    assert.match(other.stdout, /I do not manage/)
    assert.equal(late.code, 2, late.stdout)
    assert.match(late.stdout, /type 512mb/)
    assert.equal(asked.code, 3, asked.stdout)
    assert.match(asked.stderr, /Nothing is done yet: to confirm, send it again with --yes/)

    const file = join(dir, 'moved.json')
    const moved = await cli('ops', 'export', '--json', file)
    assert.match(moved.stdout, /^\{"ok":true,"command":"ops export [^\n]*without secrets[^\n]*\n$/)
    assert.ok(existsSync(file))

    fly.fault({ kind: 'answer', status: 401, times: Number.POSITIVE_INFINITY })
    const refused = await cli('status')
    assert.equal(refused.code, 1)
    assert.match(refused.stdout, /token/i)
    assert.ok(!`${refused.stdout}${refused.stderr}`.includes(fly.token.slice(10, 40)))
  })

  it('ends with 78 and one line per problem when the environment is wrong', async () => {
    const bad = {
      OPS_APPS: 'Not An App',
      OPS_OWNER: 'discord:1',
      FLY_API_TOKEN: 'FlyV1 fm2_secretsecret',
    }
    const asked = await runEntry('src/cli.ts', { args: ['status', '--json'], env: bad })
    assert.equal(asked.code, 78)
    assert.equal((JSON.parse(asked.stdout) as { ok: boolean }).ok, false)
    const { code, stdout, stderr } = await runEntry('src/main.ts', { env: bad })
    assert.equal(code, 78)
    assert.equal(stdout, '')
    const lines = stderr.trim().split('\n')
    assert.ok(
      lines.some((line) => line.startsWith('OPS_APPS')),
      stderr,
    )
    assert.ok(
      lines.some((line) => /OPS_OWNER\b.*OPS_OWNERS/.test(line)),
      stderr,
    )
    assert.ok(
      lines.every((line) => /^[A-Z_, /a-z]+: /.test(line)),
      stderr,
    )
    assert.ok(!stderr.includes('secretsecret'))
  })

  it('ends with 78 when Redis is not there, and never falls back', async () => {
    const dir = await tempDir()
    const env = {
      OPS_APPS: 'my-openclaw',
      OPS_OWNERS: 'telegram:42',
      OPS_STATE_DIR: dir.path,
      OPS_SECRET_KEY: '22'.repeat(32),
      REDIS_URL: `unix:${dir.path}/nothing.sock`,
      TELEGRAM_BOT_TOKEN: '1:abc',
      FLY_API_TOKEN: 'FlyV1 fm2_x',
    }
    const { code, stderr } = await runEntry('src/main.ts', { env })
    await dir.remove()
    assert.equal(code, 78, stderr)
    assert.match(stderr, /Redis/)
  })

  it('says how it is used, and in one line what its engine lacks', async (t) => {
    const dir = await tempDir()
    t.after(dir.remove)
    const owner = { OPS_APPS: 'my-openclaw', OPS_OWNERS: 'telegram:42', FLY_API_TOKEN: 'fm2_x' }
    const env = { ...owner, OPS_STATE_DIR: dir.path }
    const away = { ...env, REDIS_URL: 'redis://127.0.0.1:1', OPS_SECRET_KEY: '22'.repeat(32) }
    const cli = (...args: string[]) => runEntry('src/cli.ts', { args, env })
    const [help, none, registering] = await Promise.all([
      cli('restart', '--help'),
      cli(),
      runEntry('src/register.ts', { env: { ...away, TELEGRAM_BOT_TOKEN: '1:abc' } }),
    ])
    assert.match(help.stdout, /\/openclaw restart\n.*\n +Option/)
    assert.deepEqual([help.code, none.code, registering.code], [0, 2, 78])
    assert.match(none.stderr, /^Say a command, .*--help.*\n$/)
    assert.match(registering.stderr, /^Redis cannot be reached\. Check REDIS_URL .*\n$/)
  })
})
