import assert from 'node:assert/strict'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { recorded } from './recordings.ts'
import { TOKEN, runToEnd, startReady } from './stand-in.ts'
import type { StandIn } from './stand-in.ts'

const config = (one: StandIn, text: string) =>
  writeFileSync(join(one.stateDir, 'openclaw.json'), text)
const fault = (one: StandIn, name: string) => writeFileSync(join(one.stateDir, '.fake', name), '')

async function invoke(one: StandIn, token: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`http://127.0.0.1:${one.port}/tools/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: '{}',
  })
  const body: { error: { type: string } } = JSON.parse(await answer.text())
  return { status: answer.status, type: body.error.type, retry: answer.headers.get('retry-after') }
}

interface Talk {
  readonly hello: { readonly server: { readonly bootId?: string; readonly version: string } }
  readonly ask: (method: string) => Promise<{ readonly ok: boolean; readonly payload?: object }>
  readonly closed: Promise<readonly [code: number, reason: string]>
}

/** A connected operator, as a client on loopback would be. */
async function talk(one: StandIn, token = TOKEN): Promise<Talk> {
  const socket = new WebSocket(`ws://127.0.0.1:${one.port}`)
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, reason.toString('utf8')]))
  })
  const waiting = new Map<string, (frame: never) => void>()
  const request = <T>(method: string, params: object) =>
    new Promise<T>((resolve) => {
      waiting.set(method, resolve)
      socket.send(JSON.stringify({ type: 'req', id: method, method, params }))
    })
  const challenged = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const text: unknown = data
      const frame = JSON.parse(String(text)) as never
      const { type, id }: { type: string; id: string } = frame
      if (type === 'event') resolve()
      else waiting.get(id)?.(frame)
    })
  })
  await challenged
  const client = { id: 'gateway-client', version: '0', platform: 'linux', mode: 'backend' }
  const scopes = ['operator.read', 'operator.admin']
  const protocol = { minProtocol: 3, maxProtocol: 4 }
  const params = { ...protocol, client, role: 'operator', scopes, caps: [], auth: { token } }
  const { payload } = await request<{ payload: Talk['hello'] }>('connect', params)
  return { hello: payload, ask: (method) => request(method, {}), closed }
}

test('a token in the config beats the environment and is applied without a restart; open connections close', async (t) => {
  const one = await startReady(t)
  const connection = await talk(one)
  assert.equal((await invoke(one, TOKEN)).status, 400)
  config(one, '{ gateway: { auth: { token: "tok-BBBB" } } }')
  await one.until('[reload] config hot reload applied (gateway.auth.token)')
  assert.deepEqual(await connection.closed, [4001, 'gateway auth changed'])
  assert.deepEqual(await invoke(one, TOKEN), { status: 401, type: 'unauthorized', retry: null })
  assert.equal((await invoke(one, 'tok-BBBB')).status, 400)
})

test('a broken change is refused and the old config runs on; a missing file is tried again', async (t) => {
  const one = await startReady(t, { config: '{ gateway: { auth: { token: "tok-BBBB" } } }' })
  config(one, '{ "your": "config" }')
  await one.until(
    '[reload] config reload skipped (invalid config): <root>: Unrecognized key: "your"',
  )
  assert.equal((await invoke(one, 'tok-BBBB')).status, 400)
  rmSync(join(one.stateDir, 'openclaw.json'))
  await one.until('[reload] config reload skipped (config file not found)')
  assert.match(one.output(), /config reload retry \(2\/2\): config file not found/)
})

test('a change that needs it restarts the gateway within its process: other boot id, same pid', async (t) => {
  const one = await startReady(t)
  const before = await talk(one)
  config(one, '{ meta: {}, gateway: { mode: "local", bind: "lan" } }')
  await one.until('config change requires gateway restart (gateway.mode, gateway.bind)')
  await one.until('[heartbeat] started', 2)
  const after = await talk(one)
  assert.notEqual(after.hello.server.bootId, before.hello.server.bootId)
  assert.equal((await invoke(one, TOKEN)).status, 400)
})

test('a file that lost its meta block is put back on the next start, and yours is set aside', async (t) => {
  const good = '{ meta: { lastTouchedVersion: "2026.9.6" }, gateway: { mode: "local" } }'
  const first = await startReady(t, { config: good })
  first.signal('SIGTERM')
  await first.exit
  const second = await startReady(t, {
    stateDir: first.stateDir,
    config: '{ gateway: { mode: "local" } }',
  })
  const path = join(first.stateDir, 'openclaw.json')
  assert.ok(
    second
      .output()
      .includes(`Config auto-restored from backup: ${path} (missing-meta-vs-last-good)\n`),
  )
  assert.equal(readFileSync(path, 'utf8'), good)
  assert.ok(readdirSync(first.stateDir).some((name) => name.startsWith('openclaw.json.clobbered.')))
})

test('ten wrong tokens lock a client out, even with the right one; loopback is exempt', async (t) => {
  const one = await startReady(t, { config: '{ gateway: { trustedProxies: ["127.0.0.1/32"] } }' })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  for (let i = 0; i < 10; i++)
    assert.equal((await invoke(one, 'bad', from('203.0.113.9'))).status, 401)
  const locked = await invoke(one, TOKEN, from('203.0.113.9'))
  assert.deepEqual([locked.status, locked.type], [429, 'rate_limited'])
  assert.ok(Number(locked.retry) > 290)
  assert.equal((await invoke(one, TOKEN, from('203.0.113.10'))).status, 400)
  for (let i = 0; i < 12; i++) assert.equal((await invoke(one, 'bad')).status, 401)
  assert.equal((await invoke(one, TOKEN)).status, 400)
})

test('the breaker, a busy agent and dead channels show in the calls an operator makes', async (t) => {
  const one = await startReady(t, { env: { FAKE_OPENCLAW_CHANNELS: 'discord' } })
  const { ask } = await talk(one)
  const [, body = ''] = recorded('cli-rpc-restart-preflight.txt').split('--- stdout\n')
  const preflight: object = JSON.parse(body.slice(0, body.indexOf('--- stderr')))
  assert.deepEqual((await ask('gateway.restart.preflight')).payload, preflight)
  fault(one, 'busy')
  assert.equal(
    JSON.stringify((await ask('gateway.restart.preflight')).payload).includes('"safe":false'),
    true,
  )
  assert.match(JSON.stringify((await ask('channels.status')).payload), /"running":true/)
  fault(one, 'channels-down')
  assert.match(JSON.stringify((await ask('channels.status')).payload), /"running":false/)
  const answer = await fetch(`http://127.0.0.1:${one.port}/readyz`)
  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /"failing":\["discord:default"\]/)
})

test('an agent at work holds up a stop until it is done', async (t) => {
  const one = await startReady(t)
  fault(one, 'busy')
  one.signal('SIGTERM')
  await one.until('draining active work before stop with timeout 315000ms')
  const answer = await fetch(`http://127.0.0.1:${one.port}/startupz`)
  assert.match(await answer.text(), /"status":"draining"/)
  rmSync(join(one.stateDir, '.fake', 'busy'))
  assert.deepEqual(await one.exit, { code: 0, signal: null })
})

test('running out of heap prints the trace and aborts; a crash leaves an unclean boot', async (t) => {
  const one = await startReady(t)
  fault(one, 'oom')
  assert.deepEqual(await one.exit, { code: null, signal: 'SIGABRT' })
  const trace = recorded('24-oom-heap-128.log')
  for (const line of one
    .output()
    .split('\n')
    .slice(-9)
    .filter((text) => text !== ''))
    assert.ok(trace.includes(line), line)
  const two = await startReady(t, { stateDir: one.stateDir })
  fault(two, 'crash')
  assert.deepEqual(await two.exit, { code: null, signal: 'SIGKILL' })
})

test('the commands used inside a machine answer as recorded', async (t) => {
  const version = await runToEnd(t, { args: ['--version'] })
  assert.ok(recorded('cli-version.txt').includes(`--- stdout\n${version.output}`))
  const none = await runToEnd(t, { args: ['config', 'validate', '--json'] })
  assert.equal(none.code, 1)
  assert.match(none.output, /"file not found"/)
  const good = await runToEnd(t, { args: ['config', 'validate', '--json'], config: '{ meta: {} }' })
  assert.equal(good.code, 0)
  const one = await startReady(t)
  const health = ['gateway', 'health', '--port', String(one.port), '--json']
  assert.equal((await runToEnd(t, { args: health })).code, 0)
  const wrong = await runToEnd(t, { args: health, env: { OPENCLAW_GATEWAY_TOKEN: 'wrong' } })
  assert.equal(wrong.code, 1)
  assert.match(wrong.output, /AUTH_TOKEN_MISMATCH/)
  const gone = await runToEnd(t, { args: ['gateway', 'health', '--port', '9', '--json'] })
  assert.match(gone.output, /Gateway not reachable at ws:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)\./)
})
