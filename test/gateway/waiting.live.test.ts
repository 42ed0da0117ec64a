import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { ProbeOptions } from '../../src/core/gateway.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { localExec, machineWith } from './exec.ts'
import { startReady, startStandIn, temporary } from './stand-in.ts'
import type { StandIn } from './stand-in.ts'

const onLinux = { skip: process.platform !== 'linux' }

function look({ port, stateDir }: Pick<StandIn, 'port' | 'stateDir'>, how: ProbeOptions) {
  const { fly } = localExec(undefined, { PATH: process.env['PATH'], TMPDIR: stateDir })
  const gateway = createGateway({ fly, overrides: { port, stateDir } })
  return gateway.probe('app', machineWith({}), how)
}

/** A server whose answer to each path is told; `asked` resolves at the n-th request for a path. */
async function scripted(t: TestContext, answer: (path: string, response: ServerResponse) => void) {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    answer(request.url ?? '', response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, stateDir: temporary(t), paths }
}

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
const page = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
}
const STARTED = { ok: true, status: 'started' }
const STARTING = { ok: false, status: 'starting' }

describe('waiting inside the machine', { concurrency: 4 }, () => {
  test(
    'one call waits through a start, until the gateway says that it is up',
    onLinux,
    async (t) => {
      const seen = { startup: 0 }
      const place = await scripted(t, (_path, response) => {
        seen.startup += 1
        if (seen.startup <= 2) return json(response, 503, STARTING)
        json(response, 200, STARTED)
      })
      assert.equal((await look(place, { waitMs: 15_000 })).ready, true)
      // The third says so to the one that waits, the fourth is the look that counts.
      assert.ok(place.paths.slice(0, 4).every((path) => path === '/startupz'))
    },
  )

  test('where a page answers for the start, readiness is waited for', onLinux, async (t) => {
    const seen = { ready: 0 }
    const place = await scripted(t, (path, response) => {
      if (path !== '/readyz') return page(response)
      seen.ready += 1
      json(response, seen.ready <= 1 ? 503 : 200, { ready: seen.ready > 1 })
    })
    assert.equal((await look(place, { waitMs: 15_000 })).ready, true)
    assert.equal(seen.ready, 3)
  })

  test('waiting ends with what is seen then: not ready, never a guess', onLinux, async (t) => {
    const place = await scripted(t, (_path, response) => json(response, 503, STARTING))
    assert.equal((await look(place, { waitMs: 1000 })).ready, false)
    assert.ok(place.paths.filter((path) => path === '/startupz').length >= 2)
  })

  test('without waiting nothing is asked twice', async (t) => {
    const place = await scripted(t, (_path, response) => json(response, 503, STARTING))
    await look(place, {})
    assert.deepEqual(place.paths, ['/startupz', '/readyz', '/healthz', '/tools/invoke'])
  })

  test(
    'a gateway that is still going down is waited out, and the next one counts',
    onLinux,
    async (t) => {
      const old = await startReady(t)
      const before = await look(old, {})
      const otherBootThan = before.bootId ?? ''
      const waiting = look(old, { waitMs: 15_000, otherBootThan })
      old.signal('SIGTERM')
      await old.exit
      const next = await startStandIn(t, { stateDir: old.stateDir, port: old.port })
      const report = await waiting
      assert.deepEqual([report.ready, report.pid], [true, next.pid])
    },
  )

  test('one that drains for long does not count, though it answers', onLinux, async (t) => {
    const old = await startReady(t)
    const { bootId } = await look(old, {})
    const busy = join(old.stateDir, '.fake', 'busy')
    writeFileSync(busy, '')
    const same = await look(old, { waitMs: 1000, otherBootThan: bootId ?? '' })
    assert.equal(same.ready, false)
    assert.equal((await look(old, { waitMs: 1000, otherBootThan: `${bootId ?? ''}1` })).ready, true)
    rmSync(busy)
  })
})
