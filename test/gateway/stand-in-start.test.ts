import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { loggedLines, normal, recorded } from './recordings.ts'
import { freePort } from '../fakes/free-port.ts'
import { runToEnd, startReady, startStandIn, temporary } from './stand-in.ts'
import type { StandInOptions } from './stand-in.ts'

const GATEWAY = ['gateway', '--allow-unconfigured']
const REFUSALS: ReadonlyArray<readonly [log: string, code: number, options: StandInOptions]> = [
  ['10-lan-no-token.log', 78, { env: { OPENCLAW_GATEWAY_TOKEN: '' } }],
  ['11-blank-token.log', 78, { env: { OPENCLAW_GATEWAY_TOKEN: '  ' } }],
  ['12-undefined-token.log', 1, { env: { OPENCLAW_GATEWAY_TOKEN: 'undefined' } }],
  ['13-wrong-bind-value.log', 1, { args: [...GATEWAY, '--port', '3002', '--bind', '0.0.0.0'] }],
  ['14-no-allow-unconfigured.log', 78, { args: ['gateway', '--port', '3002', '--bind', 'lan'] }],
  ['15-bad-port.log', 1, { args: [...GATEWAY, '--port', 'abc', '--bind', 'lan'] }],
  ['07-start-broken-json.log', 78, { config: '{ gateway: {\n' }],
  ['08-start-empty-config.log', 78, { config: '' }],
  ['09-start-unknown-key.log', 78, { config: '{ "your": "config" }' }],
  ['40-old-2026.3.13-start.log', 1, { version: '2026.3.13' }],
]

/** Text up to where values of the recording's own machine stand. */
const start = (line: string) =>
  normal(line)
    .replace(/\*{3}.*$|at \S+$| at N:N$/, '')
    .slice(0, 60)

test('a start that cannot succeed ends with the recorded words and exit code', async (t) => {
  for (const [log, code, options] of REFUSALS) {
    const got = await runToEnd(t, options)
    assert.equal(got.code, code, `${log}\n${got.output}`)
    assert.match(recorded(log), new RegExp(`# exit code=${code} `))
    const known = new Set(loggedLines(log).map(start))
    const said = got.output.split('\n').filter((line) => line !== '')
    for (const line of said) assert.ok(known.has(start(line)), `${log} has no: ${line}`)
  }
})

test('a second gateway on the same state is refused, on any port, and the first runs on', async (t) => {
  const first = await startReady(t)
  const second = await runToEnd(t, { stateDir: first.stateDir })
  assert.equal(second.code, 78)
  assert.match(second.output, /another OpenClaw process owns gateway-lifecycle/)
  assert.match(second.output, /gateway\.maintenance_required/)
  assert.equal((await fetch(`http://127.0.0.1:${first.port}/healthz`)).status, 200)
})

test('an older gateway says who holds its lock in the temporary directory', async (t) => {
  const version = '2026.1.29'
  const first = await startReady(t, { version })
  const second = await runToEnd(t, { version, stateDir: first.stateDir })
  assert.equal(second.code, 1)
  const said = `gateway already running (pid ${first.pid}); lock timeout after 5000ms`
  assert.ok(second.output.includes(`Gateway failed to start: ${said}`), second.output)
})

test('a port taken by something else is named', async (t) => {
  const port = await freePort()
  const other = createServer().listen(port, '0.0.0.0')
  await once(other, 'listening')
  t.after(() => void other.close())
  const got = await runToEnd(t, { port })
  assert.equal(got.code, 1)
  assert.match(
    got.output,
    /another gateway instance is already listening on ws:\/\/0\.0\.0\.0:\d+ .*EADDRINUSE/,
  )
  assert.ok(got.output.includes(`Port ${port} is already in use.`))
})

const LOCKS = `tmp/openclaw-${process.getuid?.() ?? 0}`

function leaveLock(t: TestContext, text: string): { stateDir: string; file: string } {
  const stateDir = temporary(t)
  mkdirSync(join(stateDir, LOCKS), { recursive: true })
  const file = join(stateDir, LOCKS, 'gateway.state.lock')
  writeFileSync(file, text)
  return { stateDir, file }
}

test('the lock has the recorded fields, and a clean stop leaves only the coordinators', async (t) => {
  const one = await startReady(t)
  const file = join(one.stateDir, LOCKS, 'gateway.state.lock')
  const text = readFileSync(file, 'utf8')
  assert.deepEqual(
    Object.keys(JSON.parse(text)),
    Object.keys(JSON.parse(recorded('gateway.state.lock'))),
  )
  one.signal('SIGINT')
  assert.deepEqual(await one.exit, { code: 0, signal: null })
  assert.equal(existsSync(file), false)
  assert.equal(readFileSync(`${file}.sqlite`, 'utf8'), '')
})

test('leftover locks are taken over when their owner is dead, another program or unreadable for long', async (t) => {
  const unrelated = JSON.stringify({ pid: process.pid, startTime: 1 })
  for (const text of [JSON.stringify({ pid: 999_999_999 }), unrelated]) {
    const { stateDir } = leaveLock(t, text)
    await startReady(t, { stateDir })
  }
  const old = leaveLock(t, 'garbage')
  utimesSync(old.file, new Date(0), new Date(0))
  await startReady(t, { stateDir: old.stateDir })
  const fresh = await runToEnd(t, { stateDir: leaveLock(t, 'garbage').stateDir })
  assert.equal(fresh.code, 1)
  assert.match(fresh.output, /gateway already running; lock timeout after 5000ms/)
})

test('a lock that names a living gateway-like process is respected, unless that one started at another time', async (t) => {
  const idle = 'process.stdin.resume(); console.log("up")'
  const other = spawn(process.execPath, ['-e', idle, 'gateway'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  t.after(() => other.kill('SIGKILL'))
  await once(other.stdout, 'data')
  const same = await runToEnd(t, {
    stateDir: leaveLock(t, JSON.stringify({ pid: other.pid })).stateDir,
  })
  assert.equal(same.code, 78)
  assert.ok(
    same.output.startsWith(`Another gateway (pid ${other.pid}) already owns this state directory`),
  )
  const reused = leaveLock(t, JSON.stringify({ pid: other.pid, startTime: 1 }))
  await startReady(t, { stateDir: reused.stateDir })
})

test('three hard kills in a row keep the channels off, and only until the window has passed', async (t) => {
  const stateDir = temporary(t)
  const env = { FAKE_OPENCLAW_CHANNELS: 'discord,telegram' }
  for (let i = 0; i < 3; i++) {
    const one = await startReady(t, { stateDir, env })
    assert.match(one.output(), /\[discord\] \[default\] starting provider/)
    one.signal('SIGKILL')
    await one.exit
  }
  const tripped = await startReady(t, { stateDir, env })
  // Said on the other stream, which may be heard later.
  await tripped.until('restart-loop breaker tripped: 3 unclean boot(s) within 300000ms')
  assert.doesNotMatch(tripped.output(), /starting provider/)
  assert.equal((await fetch(`http://127.0.0.1:${tripped.port}/startupz`)).status, 200)
  tripped.signal('SIGTERM')
  await tripped.exit
  const book = join(stateDir, 'state', 'boots.json')
  const { boots }: { boots: Array<{ at: number }> } = JSON.parse(readFileSync(book, 'utf8'))
  const older = boots.map((boot) => ({ ...boot, at: boot.at - 300_000 }))
  writeFileSync(book, JSON.stringify({ boots: older, tripped: true }))
  const later = await startReady(t, { stateDir, env })
  assert.match(later.output(), /restart-loop breaker recovered; channel auto-start restored/)
  assert.match(later.output(), /\[telegram\] \[default\] starting provider/)
})

test('signals do what each version makes of them', async (t) => {
  const oldest = await startReady(t, { version: '2026.1.29' })
  oldest.signal('SIGUSR1')
  await oldest.until('SIGUSR1 restart ignored (not authorized')
  const newest = await startReady(t)
  newest.signal('SIGUSR1')
  await newest.until('Debugger listening on ws://127.0.0.1:9229/')
  const killed = await startReady(t, { version: '2026.8.2' })
  killed.signal('SIGUSR2')
  assert.deepEqual(await killed.exit, { code: null, signal: 'SIGUSR2' })
  newest.signal('SIGHUP')
  assert.deepEqual(await newest.exit, { code: null, signal: 'SIGHUP' })
})

test('a state directory that cannot be made ends the start', async (t) => {
  const file = join(temporary(t), 'file')
  writeFileSync(file, '')
  const got = await runToEnd(t, { stateDir: join(file, 'state'), env: { TMPDIR: temporary(t) } })
  assert.equal(got.code, 78)
  assert.match(got.output, /EACCES: permission denied, mkdir/)
})

test('versions nobody recorded behave like the nearest older one, under their own name', async (t) => {
  const one = await startReady(t, { version: '2026.8.20' })
  const answer = await fetch(`http://127.0.0.1:${one.port}/startupz`)
  const body: { version: string } = JSON.parse(await answer.text())
  assert.equal(body.version, '2026.8.20')
  const help = await startStandIn(t, { version: '2025.1.1', args: ['--version'] })
  assert.deepEqual(await help.exit, { code: 0, signal: null })
  assert.match(help.output(), /^OpenClaw 2025\.1\.1 /)
})
