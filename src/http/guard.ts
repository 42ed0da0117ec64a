import type { FastifyInstance, FastifyReply } from 'fastify'
import { OpsError } from '../core/errors.ts'
import type { Log } from '../core/ports.ts'

const RETRY_SECONDS = 5
/** A storm of alerts leaves room for the people who answer it, and who sends slowly to one way in leaves the others open. */
const PART = 0.75

/** Refuses for now: the sender is asked to send it again. */
export const later = (reply: FastifyReply) =>
  reply
    .code(503)
    .header('retry-after', RETRY_SECONDS)
    .send({ error: 'Too busy now. Try again in a few seconds.' })

/** Says nothing of what there is. */
export const notFound = (reply: FastifyReply) => reply.code(404).send({ error: 'Not found.' })

/**
 * What every request meets first: an unknown path is answered before its body is read, and of what is sent to us no more
 * than `inFlight` are worked on at a time. Probes are always let in: a busy process is alive.
 */
export function addGuard(http: FastifyInstance, inFlight: number): void {
  let busy = 0
  const ways = new Map<string, number>()
  const most = Math.ceil(inFlight * PART)
  http.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (request.is404) return notFound(reply)
    if (request.method !== 'POST') return
    // `hooks`, `discord`, `telegram`: only what there is comes so far.
    const way = request.url.split('/', 2)[1] ?? ''
    const taken = ways.get(way) ?? 0
    if (busy >= inFlight || taken >= most) return later(reply)
    busy += 1
    ways.set(way, taken + 1)
    reply.raw.once('close', () => {
      busy -= 1
      ways.set(way, (ways.get(way) ?? 1) - 1)
    })
  })
  http.setNotFoundHandler((_, reply) => notFound(reply))
}

const SAID: Readonly<Record<number, string>> = {
  413: 'The body is larger than 256 KiB.',
  500: 'Internal error.',
}

/** Answers in one sentence that fits the status. */
export const refuse = (reply: FastifyReply, status: number) =>
  reply.code(status).send({ error: SAID[status] ?? 'The request is not valid.' })

/** Errors are answered in one sentence; the log has the rest. What is only unavailable may be sent again. */
export function addErrors(http: FastifyInstance, log: Log): void {
  http.setErrorHandler((error: unknown, request, reply) => {
    const status = statusOf(error)
    if (status >= 500)
      log.error({ error, route: request.routeOptions.url }, 'A request could not be answered.')
    if (error instanceof OpsError && (error.code === 'unavailable' || error.code === 'busy'))
      return later(reply)
    return refuse(reply, status)
  })
}

function statusOf(error: unknown): number {
  const known =
    error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined
  return known !== undefined && known >= 400 && known < 500 ? known : 500
}
