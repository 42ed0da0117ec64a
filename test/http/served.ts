import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { text } from 'node:stream/consumers'
import type { Log } from '../../src/core/ports.ts'
import { createHttp, type HttpOptions } from '../../src/http/server.ts'

/** A server on a free port of the loopback, closed with the test; its errors in the log are those listed. */
export async function served(t: TestContext, options: Partial<HttpOptions> = {}) {
  const logged: Array<{ readonly message: string; readonly data: object }> = []
  const http = createHttp({
    host: '127.0.0.1',
    port: 0,
    parts: {},
    metrics: { contentType: 'text/plain', text: async () => 'up 1\n' },
    log: listed(logged),
    ...options,
  })
  const { port } = await http.listen()
  t.after(() => http.close())
  const base = `http://127.0.0.1:${port}`
  return {
    logged,
    port,
    close: http.close,
    get: (path: string) => fetch(base + path),
    post: (
      path: string,
      body: string | Uint8Array<ArrayBuffer>,
      headers: Record<string, string> = {},
    ) => fetch(base + path, { method: 'POST', body, headers }),
  }
}

function listed(lines: Array<{ readonly message: string; readonly data: object }>): Log {
  const add = (data: object, message: string) => void lines.push({ message, data })
  const none = (_: object, message: string) => assert.fail(`unexpected log: ${message}`)
  return { debug: none, info: none, warn: add, error: add, child: () => listed(lines) }
}

/** A bare connection: what was sent, and everything that came back until the other side hung up. */
export async function raw(
  port: number,
  sent: string,
): Promise<{ socket: Socket; rest: () => Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(sent)
  return { socket, rest: () => text(socket) }
}
