import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log } from '../core/ports.ts'
import { later, notFound } from './guard.ts'

/** Interactions over HTTP instead of the gateway (CHAT.md §1.7). */
export interface DiscordEndpoint {
  /** Is the Ed25519 signature over timestamp and body good, and the timestamp recent? */
  readonly verify: (signed: {
    readonly signature: string
    readonly timestamp: string
    readonly body: Buffer
  }) => boolean
  /** Takes a verified interaction over and answers it by itself; not waited for. */
  readonly interaction: (payload: unknown) => void | Promise<void>
}

/** Updates by webhook instead of long polling (CHAT.md §2.6). */
export interface TelegramEndpoint {
  /** `/telegram/…` */
  readonly path: string
  /** Checks the secret token and takes the update in; gives the HTTP status. After 503 Telegram sends it again. */
  readonly handle: (headers: IncomingHttpHeaders, body: Buffer) => Promise<number>
}

/** `POST /hooks/<source>/<secret>`, unchecked. */
export interface HookAddress {
  readonly source: string
  readonly secret: string
}
/** What came to an address that there is. */
export interface HookDelivery {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** What stands behind the question mark, without it. */
  readonly query: string
}
interface HookAnswer {
  readonly status: number
  readonly retryAfterSeconds?: number
}
type TakeHook = (delivery: HookDelivery) => Promise<HookAnswer>
/** What checks and takes in what an alert source sends to this address; nothing where there is no such address. */
export type HookReceiver = (address: HookAddress) => Promise<TakeHook | undefined>

/** Told of every request that was not from whom it said: where it came in, and what was wrong. */
export type OnForged = (way: string, why: string) => void

const bytes = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

function json(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString()) }
  } catch {
    return undefined
  }
}

const header = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

const NOT_JSON = { error: 'The body is not JSON.' }
const NO_INTERACTION = { error: 'The body is no interaction.' }

/** `POST /discord/interactions` */
export function addDiscord(
  http: FastifyInstance,
  endpoint: DiscordEndpoint,
  { log, onForged }: { readonly log: Log; readonly onForged: OnForged },
): void {
  const handOver = async (payload: unknown) => endpoint.interaction(payload)
  http.post('/discord/interactions', (request, reply) => {
    const body = bytes(request.body)
    const signature = header(request, 'x-signature-ed25519')
    const timestamp = header(request, 'x-signature-timestamp')
    if (!endpoint.verify({ signature, timestamp, body })) {
      onForged('discord interactions', signature === '' ? 'not signed' : 'wrong or old signature')
      return reply.code(401).send({ error: 'The signature is not valid.' })
    }
    const payload = json(body)
    if (payload === undefined) return reply.code(400).send(NOT_JSON)
    if (!isObject(payload.value)) return reply.code(400).send(NO_INTERACTION)
    if (isPing(payload.value)) return reply.send({ type: 1 })
    handOver(payload.value).catch((error: unknown) =>
      log.error({ error }, 'An interaction could not be handed over.'),
    )
    return reply.code(202).send()
  })
}

const isObject = (payload: unknown): payload is object =>
  typeof payload === 'object' && payload !== null && !Array.isArray(payload)

const isPing = (payload: object): boolean => 'type' in payload && payload.type === 1

/** `POST /telegram/<path>` */
export function addTelegram(
  http: FastifyInstance,
  { path, handle }: TelegramEndpoint,
  onForged: OnForged,
): void {
  http.post(path, async (request, reply) => {
    const status = await handle(request.headers, bytes(request.body))
    if (status === 401) onForged('telegram webhook', 'no secret')
    if (status === 403) onForged('telegram webhook', 'wrong secret')
    return status === 503 ? later(reply) : reply.code(status).send()
  })
}

/**
 * `POST /hooks/<source>/<secret>`; what is not there is answered like any other unknown path. So is it before its body is read: whoever knows
 * no address takes up nobody's place by sending slowly.
 */
export function addHooks(http: FastifyInstance, receive: HookReceiver, onForged: OnForged): void {
  const takers = new WeakMap<FastifyRequest['raw'], TakeHook>()
  http.post<{ Params: HookAddress }>(
    '/hooks/:source/:secret',
    {
      onRequest: async ({ params, raw }, reply) => {
        const { source, secret } = params
        const take = await receive({ source, secret })
        if (take === undefined) {
          onForged(`hooks ${source}`, 'no such address')
          return notFound(reply)
        }
        takers.set(raw, take)
      },
    },
    async ({ raw, headers, body, url, params }, reply) => {
      const query = url.split('?').slice(1).join('?')
      const taken = await takers.get(raw)?.({ headers, body: bytes(body), query })
      if (taken === undefined) return notFound(reply)
      const { status, retryAfterSeconds } = taken
      if (status === 401) onForged(`hooks ${params.source}`, 'not signed as it should be')
      if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
      return reply.code(status).send()
    },
  )
}
