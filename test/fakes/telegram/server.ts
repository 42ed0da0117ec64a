import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { accountMethods } from './account.ts'
import { readParams } from './body.ts'
import { ApiError } from './errors.ts'
import { createFaults, type Faults } from './faults.ts'
import { type Deps, MESSAGES, type Method } from './methods.ts'
import type { Updates } from './updates.ts'
import { createValidator, type Params } from './validate.ts'

/** One request as the double received it. */
export interface Call {
  readonly method: string
  readonly params: Params
  /** What was answered: 200, an error code, or 0 when the connection was dropped. */
  status: number
}

export interface ApiServer {
  readonly server: Server
  readonly faults: Faults
  readonly calls: readonly Call[]
  /** Requests that no bot of ours should make: unknown methods, parameters outside the published table. */
  readonly unexpected: readonly string[]
}

export interface ServerOptions {
  readonly deps: Deps
  readonly updates: Updates
  readonly token: string
}

interface Context extends ServerOptions {
  readonly methods: Readonly<Record<string, Method>>
  readonly validate: ReturnType<typeof createValidator>
  readonly faults: Faults
  readonly calls: Call[]
  readonly unexpected: string[]
}

/** The HTTP side: `POST /bot<token>/<method>` with the answers and errors of the Bot API. */
export function createApiServer(options: ServerOptions): ApiServer {
  const context: Context = {
    ...options,
    methods: { ...MESSAGES, ...accountMethods(options.updates) },
    validate: createValidator(),
    faults: createFaults(),
    calls: [],
    unexpected: [],
  }
  const server = createServer((request, response) => {
    handle(context, request, response).catch((error: unknown) => {
      context.unexpected.push(`the double failed: ${String(error)}`)
      response.destroy()
    })
  })
  const { faults, calls, unexpected } = context
  return { server, faults, calls, unexpected }
}

async function handle(context: Context, request: IncomingMessage, response: ServerResponse) {
  if (request.url?.startsWith('/file/')) return serveFile(context, request.url, response)
  const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? []
  const params = await readParams(request)
  const call: Call = { method, params, status: 0 }
  context.calls.push(call)
  context.deps.world.events.emit('call')
  if (token !== context.token) return refuse(response, call, new ApiError(401, 'Unauthorized'))
  const fault = context.faults.next(method)
  if (fault?.kind === 'hang') return undefined
  if (fault?.kind === 'drop') return void response.destroy()
  if (fault?.kind === 'html') return page(response, call, fault.status)
  if (fault?.kind === 'error')
    return refuse(response, call, new ApiError(fault.code, fault.description, fault.parameters))
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  try {
    const result = await run(context, call, gone.signal)
    if (fault?.kind === 'drop_after') return void response.destroy()
    return answer(response, call, { status: 200, body: { ok: true, result } })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return refuse(response, call, error)
  }
}

/** Files lie beside the methods, behind the same token. */
function serveFile(context: Context, url: string, response: ServerResponse): void {
  const [, token, path = ''] = /^\/file\/bot([^/]+)\/(.+)$/.exec(url) ?? []
  const call: Call = { method: 'file', params: { path }, status: 404 }
  context.calls.push(call)
  const fault = context.faults.next('file')
  if (fault?.kind === 'hang') return undefined
  if (fault?.kind === 'html') return page(response, call, fault.status)
  const file = [...context.deps.world.files.values()].find((one) => one.path === path)
  const found = token === context.token && file && !file.message.deleted ? file : undefined
  call.status = found ? 200 : 404
  response.writeHead(call.status, { 'content-type': 'application/octet-stream' })
  response.end(found?.content)
}

async function run(context: Context, call: Call, gone: AbortSignal): Promise<unknown> {
  const { method, params } = call
  const known = method === 'getUpdates' || context.methods[method] !== undefined
  const problems = known ? context.validate(method, params) : [`${method || '?'}: not expected`]
  if (problems.length > 0) {
    context.unexpected.push(...problems)
    throw new ApiError(known ? 400 : 404, known ? `Bad Request: ${problems[0]}` : 'Not Found')
  }
  if (method === 'getUpdates') return context.updates.poll(params, gone)
  return context.methods[method]?.(context.deps, params)
}

const refuse = (response: ServerResponse, call: Call, error: ApiError) =>
  answer(response, call, {
    status: error.code,
    body: {
      ok: false,
      error_code: error.code,
      description: error.message,
      ...(Object.keys(error.parameters).length > 0 && { parameters: error.parameters }),
    },
  })

function answer(response: ServerResponse, call: Call, sent: { status: number; body: object }) {
  call.status = sent.status
  if (response.destroyed) return
  response.writeHead(sent.status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(sent.body))
}

function page(response: ServerResponse, call: Call, status: number) {
  call.status = status
  response.writeHead(status, { 'content-type': 'text/html' })
  response.end(`<html><body><h1>${status} Bad Gateway</h1></body></html>`)
}
