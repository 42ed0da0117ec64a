import type { AppSecret, Fly } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { anything, field, listOf, number, object, text, timeMs } from './schema.ts'

/** The app's secrets: names and digests go out, values only go in. */
export function createSecrets(call: Caller): Pick<Fly, 'secrets' | 'setSecrets'> {
  return {
    secrets: (app) =>
      call({
        endpoint: 'GET /v1/apps/{app}/secrets',
        at: { app },
        read: ({ json }) => listOf(field(json, 'secrets'), readSecret),
      }),
    setSecrets: (app, values) =>
      call({
        endpoint: 'POST /v1/apps/{app}/secrets',
        at: { app },
        body: { values },
        hide: Object.values(values).filter((value) => value !== null),
        read: readVersion,
      }),
  }
}

const Body = object({ name: text, digest: text, created_at: anything, updated_at: anything })

function readSecret(value: unknown): AppSecret | undefined {
  const { name, digest, created_at: createdAt, updated_at: updatedAt } = Body.parse(value)
  if (!name) return undefined
  return { name, digest: digest ?? '', createdAt: timeMs(createdAt), updatedAt: timeMs(updatedAt) }
}

function readVersion({ json }: Answer): { version: number | null } | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const version = number.parse(field(json, 'version') ?? field(json, 'Version'))
  return { version: version ?? null }
}
