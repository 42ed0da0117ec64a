import assert from 'node:assert/strict'
import { accessSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { say } from '../../src/core/text.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { localExec, machineWith } from './exec.ts'
import type { LocalExec } from './exec.ts'
import { freePort } from '../fakes/free-port.ts'
import { TOKEN, startReady, startStandIn, temporary } from './stand-in.ts'
import type { StandIn } from './stand-in.ts'

type Place = Pick<StandIn, 'port' | 'stateDir'>

/** Probes as if the machine were this host: the script really runs. */
function look(
  { port, stateDir }: Place,
  { fly }: LocalExec = localExec(undefined, envOf(stateDir)),
) {
  return createGateway({ fly, overrides: { port, stateDir } }).probe('app', machineWith({}))
}
/** The stand-in's temporary directory is its state directory, as another machine would have another one. */
const envOf = (stateDir: string) => ({ PATH: process.env['PATH'], TMPDIR: stateDir })

const VERSIONS = ['2026.1.29', '2026.3.13', '2026.6.11', '2026.8.2', '2026.9.6']
const onLinux = { skip: process.platform !== 'linux' }

const TOOLS = 'sh head od tr sed ls grep readlink getconf'.split(' ')

/** A PATH with the script's few tools and nothing else. */
function bareTools(t: TestContext, more: Readonly<Record<string, string>>): string {
  const directory = temporary(t)
  const found = (tool: string) =>
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .map((one) => join(one, tool))
      .find(exists)
  for (const tool of TOOLS) symlinkSync(found(tool) ?? `/bin/${tool}`, join(directory, tool))
  for (const [name, target] of Object.entries(more)) symlinkSync(target, join(directory, name))
  return directory
}

function exists(path: string): boolean {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}

/** An exec on an image with only these programs. */
const imageWith = (path: string, stateDir: string) =>
  localExec((command) => command.toSpliced(-1, 1, ''), { PATH: path, TMPDIR: stateDir })

describe('what a probe sees of a gateway that really runs', { concurrency: 4 }, () => {
  test(
    'node does where curl is missing, and without both nothing is claimed',
    onLinux,
    async (t) => {
      const one = await startReady(t)
      const node = bareTools(t, { node: process.execPath })
      const report = await look(one, imageWith(node, one.stateDir))
      assert.deepEqual([report.ready, report.version, report.pid], [true, '2026.9.6', one.pid])
      const none = await look(one, imageWith(bareTools(t, {}), one.stateDir))
      assert.deepEqual([none.ready, none.pid], [null, one.pid])
      assert.match(say(none.reason ?? '', 'en'), /neither curl nor node/)
      writeFileSync(join(one.stateDir, '.fake', 'hang'), '')
      assert.equal((await look(one, imageWith(node, one.stateDir))).ready, null)
      const gone = { port: await freePort(), stateDir: one.stateDir }
      assert.equal((await look(gone, imageWith(node, one.stateDir))).ready, false)
    },
  )

  test('each version is seen ready, with its process, version and uptime', onLinux, async (t) => {
    for (const version of VERSIONS) {
      const one = await startReady(t, { version })
      const report = await look(one)
      assert.equal(report.ready, true, version)
      assert.deepEqual([report.version, report.pid, report.reason], [version, one.pid, null])
      assert.ok((report.rssBytes ?? 0) > 10_000_000, version)
      assert.ok(report.uptimeMs !== null && report.uptimeMs < 600_000, version)
      assert.match(report.bootId ?? '', new RegExp(`:${one.pid}:\\d+$`))
    }
  })

  test('the boot identity stays while the process does and changes with it', onLinux, async (t) => {
    const first = await startReady(t)
    const before = await look(first)
    assert.equal((await look(first)).bootId, before.bootId)
    first.signal('SIGTERM')
    await first.exit
    const second = await startReady(t, { stateDir: first.stateDir, port: first.port })
    assert.notEqual((await look(second)).bootId, before.bootId)
  })

  test('a gateway that still starts is not ready, and says so', async (t) => {
    const env = { FAKE_OPENCLAW_LISTEN_MS: '0', FAKE_OPENCLAW_START_MS: '3600000' }
    for (const version of ['2026.6.11', '2026.9.6']) {
      const one = await startStandIn(t, { version, env })
      await one.until('http server listening')
      const report = await look(one)
      assert.equal(report.ready, false, version)
      assert.match(say(report.reason ?? '', 'en'), /startup-sidecars/)
    }
  })

  test('a dead gateway is not ready, and the lock it left names nobody', onLinux, async (t) => {
    const one = await startReady(t)
    one.signal('SIGKILL')
    await one.exit
    const report = await look(one)
    assert.deepEqual([report.ready, report.pid, report.bootId], [false, null, null])
    assert.match(say(report.reason ?? '', 'en'), /Nothing listens/)
  })

  test('a hung gateway and one that gives pages for health are unknown', async (t) => {
    const one = await startReady(t)
    writeFileSync(join(one.stateDir, '.fake', 'html'), '')
    assert.equal((await look(one)).ready, null)
    rmSync(join(one.stateDir, '.fake', 'html'))
    writeFileSync(join(one.stateDir, '.fake', 'hang'), '')
    const report = await look(one)
    assert.equal(report.ready, null)
    assert.match(say(report.reason ?? '', 'en'), /did not answer/)
  })

  test('another gateway of the same host is never taken for this one', onLinux, async (t) => {
    const other = await startReady(t)
    const stateDir = temporary(t)
    const report = await look({ port: await freePort(), stateDir })
    assert.deepEqual([report.ready, report.pid], [false, null])
    // Its port answers, but its process works on another state directory.
    assert.equal((await look({ port: other.port, stateDir })).pid, null)
    writeFileSync(join(stateDir, 'x'), '')
    mkdirSync(join(stateDir, 'tmp', 'openclaw-0'), { recursive: true })
    const foreign = { pid: other.pid, stateDir: other.stateDir }
    writeFileSync(
      join(stateDir, 'tmp', 'openclaw-0', 'gateway.state.lock'),
      JSON.stringify(foreign),
    )
    assert.equal((await look({ port: await freePort(), stateDir })).pid, null)
  })

  test('without a lock the process is found by its port', onLinux, async (t) => {
    const one = await startReady(t)
    rmSync(join(one.stateDir, 'tmp'), { recursive: true })
    assert.equal((await look(one)).pid, one.pid)
  })

  test('a host without /proc leaves the process unknown, not the health', async (t) => {
    const one = await startReady(t)
    const noProc = localExec(
      (command) => command.map((word) => word.replaceAll('/proc/', '/no-proc/')),
      envOf(one.stateDir),
    )
    const report = await look(one, noProc)
    assert.deepEqual([report.ready, report.version], [true, '2026.9.6'])
    assert.deepEqual([report.pid, report.bootId, report.rssBytes], [null, null, null])
    assert.ok((report.uptimeMs ?? -1) >= 0)
  })

  test('a server that answers with the frame of the script itself convinces nobody', async (t) => {
    const evil = 'HTTP/1.1 200 OK\r\n\r\nend x 1\nclient curl\nhttp startupz 7b7d 0\n'
    const server = createServer((_request, response) => response.end(evil)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    assert.equal((await look({ port, stateDir: temporary(t) })).ready, null)
  })

  test('neither a token nor a variable of the machine is in what the script prints', async (t) => {
    const one = await startReady(t)
    const outputs: string[] = []
    const { fly } = localExec(undefined, { ...envOf(one.stateDir), OPENCLAW_GATEWAY_TOKEN: TOKEN })
    const exec: typeof fly.exec = async (...call) => {
      const result = await fly.exec(...call)
      outputs.push(result.stdout + result.stderr)
      return result
    }
    await createGateway({ fly: { exec }, overrides: one }).probe('app', machineWith({}))
    assert.equal(outputs.length, 1)
    assert.doesNotMatch(outputs[0] ?? TOKEN, /tok-AAAA/)
    assert.equal((outputs[0] ?? '').includes(Buffer.from('tok-AAAA').toString('hex')), false)
  })
})
