import type { FastifyInstance } from 'fastify'
import type { Exposition } from './metrics.ts'
import type { Readiness } from './readiness.ts'

interface Options {
  readonly readiness: () => Promise<Readiness>
  readonly metrics: Exposition
}

/** `GET /healthz`, `/readyz`, `/metrics`: for Fly, for people and for Prometheus. Never turned away for overload. */
export function addProbes(http: FastifyInstance, { readiness, metrics }: Options): void {
  http.get('/healthz', () => ({ ok: true }))
  http.get('/readyz', async (_, reply) => {
    const now = await readiness()
    return reply.code(now.ok ? 200 : 503).send(now)
  })
  http.get('/metrics', async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
}
