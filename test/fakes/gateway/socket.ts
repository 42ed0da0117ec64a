import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Judge } from './auth.ts'
import { isObject } from './config.ts'
import { decode } from './frames.ts'
import { connect } from './handshake.ts'
import { ATTRIBUTION_ERROR, attribute } from './proxy.ts'
import type { Attribution } from './proxy.ts'
import { call } from './rpc.ts'
import type { RpcDeps } from './rpc.ts'
import type { Run } from './runtime.ts'

const HANDSHAKE_MS = 15_000

export interface SocketDeps extends RpcDeps {
  readonly run: () => Run
  readonly judge: Judge
  readonly warn: (run: Run, client: string) => void
}
interface Request {
  readonly id: string
  readonly method: string
  readonly params: unknown
}

function parse(data: unknown): Request | undefined {
  const frame = decode(data)
  if (!isObject(frame) || frame['type'] !== 'req') return undefined
  return { id: String(frame['id']), method: String(frame['method']), params: frame['params'] }
}

/** Adds the WebSocket side to a server; gives a function that closes all connections with a code. */
export function attachSockets(
  server: Server,
  deps: SocketDeps,
): (code: number, reason: string) => void {
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (deps.faults.has('hang')) return
    const run = deps.run()
    const who = attribute(run, request)
    if (who.unvouched) deps.warn(run, who.client)
    if (who.refused) return void socket.end(FORBIDDEN)
    sockets.handleUpgrade(request, socket, head, (one) =>
      serve(deps, { socket: one, request, who }),
    )
  })
  return (code, reason) => {
    for (const one of sockets.clients) one.close(code, reason)
  }
}

const BODY = JSON.stringify(ATTRIBUTION_ERROR)
const FORBIDDEN = [
  'HTTP/1.1 403 Forbidden',
  'Content-Type: application/json; charset=utf-8',
  'Connection: close',
  `Content-Length: ${Buffer.byteLength(BODY)}`,
  '',
  BODY,
].join('\r\n')

interface Connection {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  readonly who: Attribution
}

const send = (socket: WebSocket, frame: object): void => socket.send(JSON.stringify(frame))

/** Answers the first frame of a connection; gives the scopes, or closes and gives nothing. */
function greet(deps: SocketDeps, { socket, request, who }: Connection, frame: Request | undefined) {
  const close = (code: number, reason = '') => {
    socket.close(code, reason)
    return undefined
  }
  if (frame === undefined) return close(1000)
  const { id } = frame
  if (frame.method !== 'connect') {
    const message = 'invalid handshake: first request must be connect'
    send(socket, { type: 'res', id, ok: false, error: { code: 'INVALID_REQUEST', message } })
    return close(1008, message)
  }
  const run = deps.run()
  const { judge } = deps
  const outcome = connect({ run, judge, origin: request.headers.origin }, who, frame.params)
  if (outcome.ok) {
    send(socket, { type: 'res', id, ok: true, payload: outcome.payload })
    return outcome.scopes
  }
  send(socket, { type: 'res', id, ok: false, error: outcome.error })
  logRefusal(run, who, outcome.error.message)
  return close(outcome.close, outcome.error.message)
}

function serve(deps: SocketDeps, connection: Connection): void {
  const { socket } = connection
  const late = setTimeout(() => socket.close(1000), HANDSHAKE_MS)
  socket.on('close', () => clearTimeout(late))
  const payload = { nonce: randomUUID(), ts: Date.now() }
  send(socket, { type: 'event', event: 'connect.challenge', payload })
  socket.once('message', (first) => {
    clearTimeout(late)
    const scopes = greet(deps, connection, parse(first))
    if (scopes === undefined) return
    socket.on('message', (data) => {
      const frame = parse(data)
      if (frame === undefined) return socket.close(1008, 'invalid frame')
      send(socket, { type: 'res', id: frame.id, ...call(deps, deps.run(), frame.method, scopes) })
    })
  })
}

function logRefusal(run: Run, who: Attribution, message: string): void {
  if (!message.startsWith('unauthorized')) return
  const reason = message.includes('too many') ? 'rate_limited' : 'token_mismatch'
  run.settings.log.err(
    'ws',
    `unauthorized conn=${randomUUID()} peer=${who.client} remote=${who.client} client=gateway-client backend v0 role=operator scopes=0 auth=token device=no reason=${reason} guidance=${message}`,
  )
}
