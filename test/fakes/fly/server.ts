import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { login } from './auth.ts'
import type { Call, Calls } from './calls.ts'
import { FlyError, flyErrors } from './errors.ts'
import type { Faults } from './faults.ts'
import { checkBody } from './request-fields.ts'
import type { Answer, Match, Route } from './router.ts'
import { createRouter } from './router.ts'
import type { FakeToken, Json } from './types.ts'
import type { MistakeKind, World } from './world.ts'
import { record } from './values.ts'
import { bodyOf, send, sendFault } from './wire.ts'

interface ServerParts {
  readonly world: World
  readonly routes: readonly Route[]
  readonly calls: Calls
  readonly faults: Faults
  readonly limit: (action: string, id: string) => boolean
  readonly mistake: (kind: MistakeKind, detail: string) => void
}

export interface FlyServer {
  readonly server: Server
  readonly close: () => Promise<void>
}

export function createFlyServer(parts: ServerParts): FlyServer {
  const match = createRouter(parts.routes)
  const closing = new AbortController()
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    serve({ ...parts, match, closing: closing.signal }, request, response).catch(
      (error: unknown) => {
        parts.mistake(
          'crash',
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        )
        response.destroy()
      },
    )
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return {
    server,
    close: async () => {
      closing.abort()
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

interface Serving extends ServerParts {
  readonly match: (method: string, path: string) => Match | null
  readonly closing: AbortSignal
}

async function serve(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { faults, world, calls } = serving
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, serving.closing])
  const raw = await bodyOf(request)
  const call = calls.open(request, raw)
  const found = serving.match(call.method, call.path)
  const token = examine(serving, call, found)
  const fault = faults.take(call.method, call.path)
  if (fault !== null) call.fault = fault.kind
  const early = fault === null ? false : await sendFault(world, { fault, call, response, signal })
  if (!early) {
    const answer = await work(serving, { call, found, token, signal, request })
    if (!signal.aborted) send(response, { call, answer, fault })
  }
  calls.close(call)
}

/** Notes what is wrong with a request, whether or not Fly would have minded; gives the token when it is good. */
function examine(serving: Serving, call: Call, found: Match | null): FakeToken | null {
  const say = (kind: MistakeKind, what: string): void =>
    serving.mistake(kind, `${call.method} ${call.path}: ${what}`)
  const { token, scheme, mistake } = login(serving.world, call.authorization)
  call.authScheme = scheme
  if (mistake !== null) say('auth', mistake)
  if (found === null) {
    say('route', 'no such endpoint')
    return token
  }
  for (const name of new Set(call.query.keys())) {
    const known = found.route.query?.some((one) =>
      one.endsWith('.') ? name.startsWith(one) : one === name,
    )
    if (known !== true) say('query', `unknown parameter ${name}`)
  }
  if (call.raw === '') return token
  if (!call.contentType.startsWith('application/json'))
    say('content-type', 'a body without JSON content type')
  if (found.route.schema === undefined) say('body', 'a body where none is expected')
  else {
    const { unknown } = checkBody(found.route.schema, call.body)
    for (const field of unknown) say('field', `unknown field ${field}`)
  }
  return token
}

interface Work {
  readonly call: Call
  readonly found: Match | null
  readonly token: FakeToken | null
  readonly signal: AbortSignal
  readonly request: IncomingMessage
}

async function work(
  serving: Serving,
  { call, found, token, signal, request }: Work,
): Promise<Answer> {
  if (found === null) return { status: 404, body: '404 page not found' }
  const { route, params } = found
  try {
    if (token === null) throw flyErrors.unauthorized()
    if (route.writes === true && token.readOnly) throw flyErrors.forbidden()
    const id = params['machine'] ?? params['app'] ?? params['org'] ?? ''
    if (
      serving.world.settings.rateLimits &&
      isMachinesApi(call.path) &&
      !serving.limit(route.action, id)
    ) {
      throw flyErrors.rateLimited()
    }
    const nonce = request.headers['fly-machine-lease-nonce']
    return await route.handle({
      world: serving.world,
      params,
      query: call.query,
      body: readBody(route, call),
      nonce: typeof nonce === 'string' ? nonce : null,
      token,
      authorization: call.authorization ?? '',
      signal,
    })
  } catch (error) {
    if (error instanceof FlyError) return { status: error.status, body: error.body }
    throw error
  }
}

function isMachinesApi(path: string): boolean {
  return path.startsWith('/v1/')
}

function readBody(route: Route, call: Call): Json {
  if (call.raw === '' || route.schema === undefined) return {}
  const type = `main.${route.schema.charAt(0).toLowerCase()}${route.schema.slice(1)}`
  if (call.body === undefined) throw flyErrors.invalid('invalid JSON')
  if (Array.isArray(call.body)) throw flyErrors.unmarshal('array', type)
  if (typeof call.body !== 'object') throw flyErrors.unmarshal(typeof call.body, type)
  const { wrong } = checkBody(route.schema, call.body)
  if (wrong !== null) throw flyErrors.wrongType(wrong.path, wrong.type)
  return record(call.body)
}
