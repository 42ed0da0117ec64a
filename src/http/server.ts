import { fastify, type FastifyInstance } from 'fastify'
import type { Log } from '../core/ports.ts'
import { addErrors, addGuard, refuse } from './guard.ts'
import {
  addDiscord,
  addHooks,
  addTelegram,
  type DiscordEndpoint,
  type HookReceiver,
  type OnForged,
  type TelegramEndpoint,
} from './inbound.ts'
import { listenAt } from './listen.ts'
import type { Exposition } from './metrics.ts'
import { addProbes } from './probes.ts'
import { createReadiness, type Parts } from './readiness.ts'

export interface HttpOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly parts: Parts
  readonly metrics: Exposition
  readonly log: Log
  readonly discord?: DiscordEndpoint | undefined
  readonly telegram?: TelegramEndpoint | undefined
  readonly hooks?: HookReceiver | undefined
  readonly onForged?: OnForged | undefined
  readonly limits?: Partial<Limits>
}

interface Limits {
  /** How long a client may take to send a whole request, in ms. */
  readonly requestMs: number
  /** How long parts have to say how they are, in ms. */
  readonly readyMs: number
  /** How long running requests may take when the server closes, in ms. */
  readonly closeMs: number
  /** Deliveries worked on at a time. */
  readonly inFlight: number
}
const LIMITS: Limits = { requestMs: 10_000, readyMs: 1500, closeMs: 3000, inFlight: 200 }

export interface HttpServer {
  /** Gives the port it listens on. Rejects with `bad_input` when it can't be had. */
  readonly listen: () => Promise<{ readonly port: number }>
  /** Lets running requests end, then closes every connection. */
  readonly close: () => Promise<void>
}

/** The HTTP surface of CONTRACT §4. What is not configured is not there. */
export function createHttp(options: HttpOptions): HttpServer {
  const { host, port, parts, metrics, log, discord, telegram, hooks, onForged = () => {} } = options
  const limits = { ...LIMITS, ...options.limits }
  const http = createServer(limits)
  addGuard(http, limits.inFlight)
  addErrors(http, log)
  addProbes(http, { readiness: createReadiness(parts, limits.readyMs, log), metrics })
  if (discord) addDiscord(http, discord, { log, onForged })
  if (telegram) addTelegram(http, telegram, onForged)
  if (hooks) addHooks(http, hooks, onForged)
  return {
    listen: async () => ({ port: await listenAt(http, { host, port }) }),
    close: () => close(http, limits.closeMs),
  }
}

const LARGEST_BODY = 256 * 1024
const MOST_CONNECTIONS = 2000

function createServer({ requestMs }: Limits): FastifyInstance {
  const http = fastify({
    logger: false,
    bodyLimit: LARGEST_BODY,
    frameworkErrors: (_, __, reply) => {
      void refuse(reply, 400)
    },
    requestTimeout: requestMs,
    // Node looks for slow clients only every 30 s when not told otherwise.
    http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.ceil(requestMs / 4) },
  })
  http.server.maxConnections = MOST_CONNECTIONS
  // Signatures are made over the bytes as they came, so nothing is parsed on the way in.
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  return http
}

async function close(http: FastifyInstance, ms: number): Promise<void> {
  const timer = setTimeout(() => http.server.closeAllConnections(), ms)
  try {
    await http.close()
  } finally {
    clearTimeout(timer)
  }
}
