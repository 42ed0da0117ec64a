import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}
export interface Told {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is when a string, else as JSON. */
  readonly body?: unknown
  /** Instead of answering: `reset` closes the connection, `half` breaks off within the body, `hang` says nothing. */
  readonly instead?: 'reset' | 'half' | 'hang'
}
export interface Scripted {
  readonly url: string
  readonly seen: Seen[]
  /** What is answered from now on. */
  answer: (seen: Seen) => Told
  /** Resolves when the next request has arrived. */
  readonly arrival: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A loopback server that answers as told and remembers what it was asked; without a script every request is an error. */
export async function startScripted(): Promise<Scripted> {
  const sockets = new Set<Socket>()
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    void readAll(request).then((seen) => {
      scripted.seen.push(seen)
      for (const wake of waiting.splice(0)) wake()
      reply(response, scripted.answer(seen))
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const scripted: Scripted = {
    url: `http://127.0.0.1:${port}`,
    seen: [],
    answer: () => ({ status: 418, body: { error: 'nothing is scripted' } }),
    arrival: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return scripted
}

async function readAll(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString()
  const url = new URL(request.url ?? '/', 'http://scripted')
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

function reply(response: ServerResponse, told: Told): void {
  if (told.instead === 'hang') return
  if (told.instead === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const body = typeof told.body === 'string' ? told.body : JSON.stringify(told.body ?? { ok: true })
  if (told.instead === 'half') {
    response.writeHead(told.status ?? 200, { 'content-length': String(body.length + 100) })
    response.write(body, () => response.socket?.resetAndDestroy())
    return
  }
  const status = told.status ?? 200
  response.writeHead(status, { 'content-type': 'application/json', ...told.headers })
  response.end(status === 204 ? undefined : body)
}
