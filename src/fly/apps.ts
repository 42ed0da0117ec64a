import type { Fly, FlyApp } from '../core/fly.ts'
import type { Caller } from './call.ts'
import { accepted } from './call.ts'
import { field, object, text } from './schema.ts'

/** Apps as such. */
export function createApps(call: Caller): Pick<Fly, 'app' | 'createApp' | 'deleteApp'> {
  return {
    app: (app) =>
      call({
        endpoint: 'GET /v1/apps/{app}',
        at: { app },
        read: ({ json }) => readApp(json),
      }),
    createApp: async ({ name, org, network, idempotencyKey }) => {
      await call({
        endpoint: 'POST /v1/apps',
        at: {},
        body: { name, org_slug: org, network, idempotency_key: idempotencyKey },
        read: accepted,
      })
    },
    deleteApp: async (app) => {
      await call({ endpoint: 'DELETE /v1/apps/{app}', at: { app }, read: accepted })
    },
  }
}

const Body = object({ name: text, status: text, network: text })

function readApp(value: unknown): FlyApp | undefined {
  const { name, status, network } = Body.parse(value)
  if (!name) return undefined
  const org = text.parse(field(field(value, 'organization'), 'slug'))
  return { name, status: status || null, org: org || null, network: network || null }
}
