import type { Fly, Release } from '../core/fly.ts'
import type { Caller } from './call.ts'
import { anything, field, flag, listOf, number, object, text, timeMs } from './schema.ts'

/** Releases as flyctl lists them; undocumented (FLY.md §2.7). */
export function createReleases(call: Caller): Pick<Fly, 'releases'> {
  return {
    releases: (app, limit) =>
      call({
        endpoint: 'GET /api/v1/apps/{app}/releases',
        at: { app },
        query: { limit },
        party: 'releases',
        read: ({ json }) => listOf(field(json, 'releases'), readRelease),
      }),
  }
}

const Body = object({
  id: text,
  version: number,
  status: text,
  stable: flag,
  user: anything,
  image_ref: text,
  created_at: anything,
})

function readRelease(value: unknown): Release | undefined {
  const body = Body.parse(value)
  if (!body.id && typeof body.version !== 'number') return undefined
  // Seen as an address; GraphQL's form is an object with one.
  const user = text.parse(field(body.user, 'email') ?? body.user)
  return {
    id: body.id ?? '',
    version: body.version ?? 0,
    status: body.status ?? 'unknown',
    stable: body.stable ?? null,
    user: user || null,
    image: body.image_ref || null,
    createdAt: timeMs(body.created_at),
  }
}
