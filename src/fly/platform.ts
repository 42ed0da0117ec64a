import type { Fly, TokenScope } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { field, items, listOf, lowerKeys, number, object, text } from './schema.ts'
import { guestBody } from './volumes.ts'

/** Fly as a whole: regions, room in them, and what the token covers. */
export function createPlatform(call: Caller): Pick<Fly, 'regions' | 'placements' | 'tokenScopes'> {
  return {
    regions: () => call({ endpoint: 'GET /v1/platform/regions', at: {}, read: rows(readRegion) }),
    placements: ({ org, region, guest, count, volumeName }) =>
      call({
        endpoint: 'POST /v1/platform/placements',
        at: {},
        body: {
          org_slug: org,
          region,
          compute: guestBody(guest),
          count,
          volume_name: volumeName,
        },
        // It only reckons.
        safe: true,
        read: rows(readPlacement),
      }),
    tokenScopes: () =>
      call({
        endpoint: 'GET /v1/tokens/current',
        at: {},
        read: ({ json }) => listOf(field(json, 'tokens'), readScope),
      }),
  }
}

const rows =
  <T>(row: (value: unknown) => T | undefined) =>
  ({ json }: Answer): readonly T[] | undefined =>
    listOf(field(lowerKeys(json), 'regions'), row)

const Region = object({ code: text, name: text })
const Placement = object({ region: text, count: number })
const Scope = object({ org_slug: text, organization: text, user: text, apps: items })

function readRegion(value: unknown): { code: string; name: string } | undefined {
  const { code, name } = Region.parse(value)
  return code ? { code, name: name ?? code } : undefined
}

function readPlacement(value: unknown): { region: string; count: number } | undefined {
  const { region, count } = Placement.parse(value)
  return region ? { region, count: count ?? 0 } : undefined
}

function readScope(value: unknown): TokenScope | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { org_slug: slug, organization, user, apps } = Scope.parse(value)
  const names = (apps ?? []).filter((one) => typeof one === 'string')
  return { org: slug || organization || null, apps: names, user: user || null }
}
