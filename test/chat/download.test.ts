import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createDownload } from '../../src/chat/download.ts'
import { ChatError } from '../../src/core/ports.ts'

const TOKEN = 'bot123:token'

async function host(t: TestContext, listener: RequestListener, timeoutMs?: number) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.after(() => (server.closeAllConnections(), server.close()))
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const download = createDownload([origin], timeoutMs)
  return { origin, get: (most: number) => download(new URL(`/${TOKEN}/a`, origin), most), download }
}
const quiet = (error: unknown): boolean => {
  assert.ok(error instanceof ChatError)
  assert.equal(error.kind, 'network')
  assert.ok(!`${error.message}${String(error.cause)}`.includes(TOKEN), error.message)
  return true
}

test('of a file that never ends only as much is taken as was asked for', async (t) => {
  const { get } = await host(t, (_, response) => {
    const more = (): void =>
      void response.write('x'.repeat(1000), () => !response.destroyed && more())
    more()
  })
  assert.equal((await get(5000)).length, 5001)
})

test('what lies elsewhere, leads elsewhere, is not there or does not come is not had', async (t) => {
  const asked: string[] = []
  const other = await host(t, ({ url = '' }, response) => void (asked.push(url), response.end('x')))
  const { get, download } = await host(t, (_, response) => {
    response.writeHead(302, { location: other.origin }).end()
  })
  await assert.rejects(get(5), quiet)
  await assert.rejects(download(new URL(other.origin), 5), quiet)
  assert.deepEqual(asked, [])
  const gone = await host(t, (_, response) => response.writeHead(404).end(TOKEN))
  await assert.rejects(gone.get(5), quiet)
  const silent = await host(t, () => {}, 20)
  await assert.rejects(silent.get(5), quiet)
  const stuck = await host(t, (_, response) => void response.write('x'), 20)
  await assert.rejects(stuck.get(5), quiet)
})
