import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, type Body, ok, type Request, type UploadedFile } from './answer.ts'
import { createBuckets } from './buckets.ts'
import {
  changeChannel,
  channelMessage,
  commands,
  openDirect,
  postMessage,
  startThread,
} from './channel-routes.ts'
import { guild, member } from './guild-routes.ts'
import { callback, followUp, webhookMessage } from './interaction-routes.ts'
import { serveUpload } from './uploads.ts'
import type { Fault, World } from './world.ts'

type Route = (world: World, request: Request, ids: readonly string[]) => Answer
interface Entry {
  readonly pattern: RegExp
  /** Whether the bot's token must be there; interaction routes must not carry it. */
  readonly auth: 'bot' | 'none'
  readonly route: Route
  /** The rate limit bucket, by kind of call. */
  readonly limited?: boolean
}

const id = (ids: readonly string[], at: number): string => ids[at] ?? ''

const ROUTES: readonly Entry[] = [
  {
    pattern: /^POST \/interactions\/(\d{17,19})\/([^/]+)\/callback$/,
    auth: 'none',
    route: (world, request, ids) => callback(world, request, id(ids, 1)),
  },
  {
    pattern: /^POST \/webhooks\/(\d+)\/([^/]+)$/,
    auth: 'none',
    route: (world, request, ids) => followUp(world, request, id(ids, 1)),
  },
  {
    pattern: /^(?:GET|PATCH|DELETE) \/webhooks\/(\d+)\/([^/]+)\/messages\/(@original|\d+)$/,
    auth: 'none',
    route: (world, request, ids) =>
      webhookMessage(world, request, { token: id(ids, 1), id: id(ids, 2) }),
  },
  {
    pattern: /^POST \/channels\/(\d+)\/messages$/,
    auth: 'bot',
    limited: true,
    route: (world, request, ids) => postMessage(world, request, id(ids, 0)),
  },
  {
    pattern: /^(?:GET|PATCH|DELETE) \/channels\/(\d+)\/messages\/(\d+)$/,
    auth: 'bot',
    limited: true,
    route: (world, request, ids) =>
      channelMessage(world, request, { channel: id(ids, 0), id: id(ids, 1) }),
  },
  {
    pattern: /^POST \/channels\/(\d+)\/messages\/(\d+)\/threads$/,
    auth: 'bot',
    route: (world, request, ids) =>
      startThread(world, request, { channel: id(ids, 0), id: id(ids, 1) }),
  },
  {
    pattern: /^PATCH \/channels\/(\d+)$/,
    auth: 'bot',
    route: (world, request, ids) => changeChannel(world, request, id(ids, 0)),
  },
  {
    pattern: /^GET \/guilds\/(\d+)$/,
    auth: 'bot',
    route: (world, request, ids) => guild(world, request, id(ids, 0)),
  },
  {
    pattern: /^GET \/guilds\/(\d+)\/members\/(\d+)$/,
    auth: 'bot',
    route: (world, request, ids) => member(world, request, { guild: id(ids, 0), user: id(ids, 1) }),
  },
  { pattern: /^POST \/users\/@me\/channels$/, auth: 'bot', route: openDirect },
  {
    pattern: /^GET \/applications\/@me$/,
    auth: 'bot',
    route: (world) => ok({ id: world.app, name: 'openclaw-ops', flags: 0 }),
  },
  { pattern: /^(?:GET|PUT) \/applications\/\d+\/commands$/, auth: 'bot', route: commands },
]

/** Answers Discord's REST API: routes, tokens, limits and planned faults. What it does not know it reports. */
export function createRest(world: World, gateway: () => unknown) {
  const bucket = createBuckets(world.clock)
  const routes: readonly Entry[] = [
    ...ROUTES,
    { pattern: /^GET \/gateway\/bot$/, auth: 'bot', route: () => ok(gateway()) },
  ]
  const answer = (request: Request, authorization: string | undefined): Answer => {
    const line = `${request.method} ${request.path}`
    const entry = routes.find(({ pattern }) => pattern.test(line))
    if (entry === undefined) return unexpected(world, `unexpected request: ${line}`)
    const ids = entry.pattern.exec(line)?.slice(1) ?? []
    if (entry.auth === 'none' && authorization !== undefined)
      return unexpected(world, `${line} carries an Authorization header`)
    if (entry.auth === 'bot' && authorization !== `Bot ${world.token}`)
      return { status: 401, body: { code: 0, message: '401: Unauthorized' } }
    if (!entry.limited) return entry.route(world, request, ids)
    const { allowed, headers } = bucket(`${request.method} ${id(ids, 0)}`)
    if (!allowed) return tooMany(headers)
    return { ...entry.route(world, request, ids), headers }
  }
  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(incoming)
    if (serveUpload(world, request.path, { incoming, response })) return
    const fault = takeFault(world, `${request.method} ${request.path}`)
    if (fault?.reset === 'before') return void incoming.socket.destroy()
    const planned = fault?.status === undefined ? undefined : faultAnswer(fault)
    const result = planned ?? answer(request, incoming.headers.authorization)
    if (fault?.reset === 'after') incoming.socket.destroy()
    else write(response, result)
    const { method, path, body } = request
    const seen = { method, path, body, status: result.status }
    world.requests.push(seen)
    world.events.emit('request', seen)
  }
}

function unexpected(world: World, problem: string): Answer {
  world.violations.push(problem)
  return { status: 404, body: { code: 0, message: '404: Not Found' } }
}

const tooMany = (headers: Readonly<Record<string, string>>, global = false): Answer => ({
  status: 429,
  headers,
  body: {
    message: 'You are being rate limited.',
    retry_after: Number(headers['retry-after']),
    global,
  },
})

function takeFault(world: World, line: string): Fault | undefined {
  const fault = world.faults.find(({ on, left }) => left > 0 && line.startsWith(on))
  if (fault !== undefined) fault.left -= 1
  return fault
}

function faultAnswer({ status = 500, code = 0, retryAfter = 1, global = false }: Fault): Answer {
  if (status !== 429) return { status, body: { code, message: `fault ${status}` } }
  const headers = {
    'retry-after': String(retryAfter),
    ...(global
      ? { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' }
      : {
          'x-ratelimit-limit': '5',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset-after': String(retryAfter),
          'x-ratelimit-scope': 'user',
        }),
  }
  return tooMany(headers, global)
}

async function read(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const url = new URL(incoming.url ?? '/', 'http://fake')
  const raw = Buffer.concat(chunks)
  return {
    method: incoming.method ?? 'GET',
    path: decodeURIComponent(url.pathname.replace(/^\/api\/v10/, '')),
    query: url.searchParams,
    ...(await parse(raw, incoming.headers['content-type'])),
  }
}

async function parse(
  raw: Buffer<ArrayBuffer>,
  type = '',
): Promise<{ body: Body; files: UploadedFile[] }> {
  if (raw.length === 0) return { body: {}, files: [] }
  if (!type.startsWith('multipart/')) return { body: JSON.parse(raw.toString()) as Body, files: [] }
  const form = await new Response(raw, { headers: { 'content-type': type } }).formData()
  const uploads = [...form.values()].filter((part) => typeof part !== 'string')
  const files = await Promise.all(
    uploads.map(async (file) => ({ name: file.name, text: await file.text() })),
  )
  const payload = form.get('payload_json')
  return { body: JSON.parse(typeof payload === 'string' ? payload : '{}') as Body, files }
}

function write(response: ServerResponse, { status, body, headers }: Answer): void {
  if (body === undefined) return void response.writeHead(status, headers).end()
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}
