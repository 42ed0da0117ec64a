import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { WebSocketServer } from 'ws'
import type { GatewayReport } from '../../src/core/gateway.ts'
import { say } from '../../src/core/text.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { localExec, machineWith } from './exec.ts'
import { json, probeOutput, scriptOutput } from './outputs.ts'
import { temporary } from './stand-in.ts'

interface Recorded {
  readonly what: string
  readonly ok: boolean
  readonly payload?: { readonly ts: number }
  readonly error?: object
}
const RECORDED = JSON.parse(
  readFileSync(new URL('../fixtures/openclaw/channels-status.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly Recorded[]>>

/** A gateway that answers what a real one of this version was recorded to answer. */
async function replay(t: TestContext, version: string, recorded: Recorded): Promise<number> {
  const started = JSON.stringify({ ok: true, status: 'started', version, uptimeMs: 5 })
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(started)
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, { headers }) => {
    assert.equal(headers.origin, undefined)
    socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: {} }))
    socket.on('message', (data: Buffer) => {
      const { id, method, params } = JSON.parse(data.toString()) as Record<string, unknown>
      const answer = method === 'connect' ? { ok: true, payload: { type: 'hello-ok' } } : recorded
      if (method !== 'connect')
        assert.deepEqual([method, params], ['channels.status', { probe: false }])
      socket.send(JSON.stringify({ type: 'res', id, ...answer }))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    sockets.close()
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function look(t: TestContext, version: string, recorded: Recorded): Promise<GatewayReport> {
  const port = await replay(t, version, recorded)
  const stateDir = temporary(t)
  const { fly } = localExec(undefined, { PATH: process.env['PATH'], TMPDIR: stateDir })
  const gateway = createGateway({ fly, overrides: { port, stateDir } })
  return gateway.probe('app', machineWith({}), { channels: true })
}

const told = ({ channels, channelsDown = [], channelsReason }: GatewayReport): string =>
  channels === null
    ? say(channelsReason ?? 'no reason', 'en')
    : [...channels, ...channelsDown.map(({ name, state }) => `${name} ${state}`)].join(' ')

const EXPECTED: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  '2026.1.29': ['telegram'],
  '2026.3.13': [/only a paired device/],
  '2026.6.11': ['', 'telegram', 'telegram starting'],
  '2026.8.2': ['', 'telegram starting'],
  '2026.9.6': ['', 'telegram starting', 'telegram starting'],
}

describe(
  'what real gateways said of their channels',
  { skip: process.platform !== 'linux' },
  () => {
    for (const [version, expected] of Object.entries(EXPECTED))
      test(version, async (t) => {
        const recorded = RECORDED[version] ?? []
        assert.equal(recorded.length, expected.length)
        for (const [index, one] of recorded.entries()) {
          const words = told(await look(t, version, one))
          const wanted = expected[index] ?? ''
          if (wanted instanceof RegExp) assert.match(words, wanted)
          else assert.equal(words, wanted, one.what)
        }
      })
  },
)

const STARTED = json(200, { ok: true, status: 'started', version: '2026.9.6', uptimeMs: 5 })
const HEALTHY = {
  channel: 'discord',
  account: 'default',
  running: true,
  connected: true,
  linked: null,
  health: null,
  lifecycle: null,
  startedMsAgo: 500_000,
}
const answer = (body: unknown, exit = 0): string =>
  `channels ${Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('hex')} ${exit}`
const probe = (line: string) => probeOutput(scriptOutput({ startupz: STARTED }, [line]))

test('each state of an account has its word; only what is set up and on is there at all', async () => {
  const rows: ReadonlyArray<readonly [object, string]> = [
    [{}, 'discord'],
    [{ account: 'work' }, 'discord:work'],
    [{ connected: null }, 'discord'],
    [{ running: false }, 'discord stopped'],
    [{ connected: false }, 'discord disconnected'],
    [{ connected: false, startedMsAgo: 5000 }, 'discord starting'],
    [{ connected: false, startedMsAgo: null }, 'discord disconnected'],
    [{ linked: false }, 'discord unlinked'],
    [
      { running: false, connected: null, lifecycle: 'starting', startedMsAgo: 5000 },
      'discord starting',
    ],
    [{ running: false, lifecycle: 'starting', startedMsAgo: 500_000 }, 'discord stopped'],
    [{ lifecycle: 'blocked' }, 'discord stopped'],
    [{ connected: false, health: 'reconnect-grace' }, 'discord starting'],
  ]
  for (const [change, words] of rows)
    assert.equal(
      told(await probe(answer({ channels: [{ ...HEALTHY, ...change }], more: 0 }))),
      words,
    )
})

test('an answer that is none leaves the channels unknown, with a reason, and the health as it is', async () => {
  const lines = [
    answer(''),
    answer('not json'),
    answer({ channels: [{ ...HEALTHY, running: 'yes' }], more: 0 }),
    answer({ cannot: 'something new' }),
    answer({ cannot: 'constructor' }),
    answer({ cannot: 'token' }),
    answer('', 137),
    'channels-not memory',
    'channels-not owner',
  ]
  for (const line of lines) {
    const report = await probe(line)
    assert.deepEqual([report.ready, report.channels], [true, null], line)
    assert.ok(say(report.channelsReason ?? '', 'zh-TW').length > 5, line)
  }
  // Nobody asked: nothing is claimed, and there is nothing to explain.
  const silent = await probeOutput(scriptOutput({ startupz: STARTED }))
  assert.deepEqual([silent.channels, silent.channelsReason], [null, undefined])
  for (const line of ['channels-not x', 'channels zz 0', `${answer('{}')}\n${answer('{}')}`])
    assert.equal((await probe(line)).ready, null)
})
