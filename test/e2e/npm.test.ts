import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, it, type TestContext } from 'node:test'
import { tempDir } from '../helpers/engines.ts'

/*
 * Supervisors know the process that they have started, which is npm's. A shell between npm and the product would die of the signal and leave
 * the product behind, running on with nobody to end it.
 */
const ROOT = new URL('../../', import.meta.url)
const BASE = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  npm_config_update_notifier: 'false',
  OPS_APPS: 'my-openclaw',
  OPS_OWNERS: 'telegram:42',
  PORT: '0',
  // Nobody listens there.
  FLY_API_TOKEN: 'FlyV1 fm2_x',
  FLY_API_URL: 'http://127.0.0.1:9',
  FLY_PLATFORM_URL: 'http://127.0.0.1:9',
  TELEGRAM_BOT_TOKEN: '1:abc',
  TELEGRAM_API_URL: 'http://127.0.0.1:9',
}

async function npm(t: TestContext, args: readonly string[]) {
  const dir = await tempDir()
  const child = spawn('npm', args, {
    cwd: ROOT,
    env: { ...BASE, OPS_STATE_DIR: dir.path, TMPDIR: dir.path },
    stdio: ['pipe', 'pipe', 'ignore'],
    // A group of its own, so that whatever outlives npm is ended all the same.
    detached: true,
  })
  t.after(async () => {
    if (child.pid !== undefined) endGroup(child.pid)
    await dir.remove()
  })
  const seen: string[] = []
  const lines = createInterface(child.stdout).on('line', (line) => seen.push(line))
  return { child, seen, lines, over: once(child, 'exit') }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody is left of it, as it should be.
  }
}

/** Tells npm alone; gives all that was printed by then, once nobody holds the pipe any more. */
async function told(run: Awaited<ReturnType<typeof npm>>, wanted: number) {
  const { child, seen, lines, over } = run
  const printed = once(lines, 'close')
  child.kill('SIGTERM')
  assert.equal((await over)[0], wanted, seen.join('\n'))
  await printed
  return seen.join('\n')
}

async function line({ seen, lines, over }: Awaited<ReturnType<typeof npm>>, pattern: RegExp) {
  const early = over.then(() => assert.fail(`it ended early: ${seen.join('\n')}`))
  while (!seen.some((one) => pattern.test(one))) await Promise.race([once(lines, 'line'), early])
  early.catch(() => {})
}

describe('a signal that only npm gets ends the product', { timeout: 60_000 }, () => {
  it('npm start', async (t) => {
    const run = await npm(t, ['start', '--silent'])
    await line(run, /"msg":"ready"/)
    assert.match(await told(run, 0), /"msg":"stopped"/)
  })

  it('npm run demo', async (t) => {
    const run = await npm(t, ['run', '--silent', 'demo'])
    run.child.stdin.write('ops ping\n')
    await line(run, /^✅/u)
    await told(run, 143)
  })
})
