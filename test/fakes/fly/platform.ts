import { guestOf } from './config-view.ts'
import { flyErrors } from './errors.ts'
import { roomIn } from './placement.ts'
import type { Answer, Context, Route } from './router.ts'
import { json } from './router.ts'
import type { Json } from './types.ts'
import { number, record, text } from './values.ts'

const regions: readonly (readonly [code: string, name: string, geo: string])[] = [
  ['ams', 'Amsterdam, Netherlands', 'europe'],
  ['arn', 'Stockholm, Sweden', 'europe'],
  ['bom', 'Mumbai, India', 'asia_pacific'],
  ['cdg', 'Paris, France', 'europe'],
  ['dfw', 'Dallas, Texas (US)', 'north_america'],
  ['ewr', 'Secaucus, NJ (US)', 'north_america'],
  ['fra', 'Frankfurt, Germany', 'europe'],
  ['gru', 'Sao Paulo, Brazil', 'south_america'],
  ['iad', 'Ashburn, Virginia (US)', 'north_america'],
  ['jnb', 'Johannesburg, South Africa', 'africa'],
  ['lax', 'Los Angeles, California (US)', 'north_america'],
  ['lhr', 'London, United Kingdom', 'europe'],
  ['nrt', 'Tokyo, Japan', 'asia_pacific'],
  ['ord', 'Chicago, Illinois (US)', 'north_america'],
  ['sin', 'Singapore, Singapore', 'asia_pacific'],
  ['sjc', 'San Jose, California (US)', 'north_america'],
  ['syd', 'Sydney, Australia', 'asia_pacific'],
  ['yyz', 'Toronto, Canada', 'north_america'],
]
/** Fly would simulate at most this many machines in a region. */
const mostPlaced = 100

/** Platform answers have PascalCase outer keys, against the OpenAPI document. */
export const platformRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/platform/regions', action: 'platform.regions', handle: listRegions },
  {
    method: 'POST',
    path: '/v1/platform/placements',
    action: 'platform.placements',
    schema: 'main.getPlacementsRequest',
    handle: placements,
  },
  { method: 'GET', path: '/v1/tokens/current', action: 'tokens.current', handle: currentToken },
]

function listRegions(): Answer {
  return json({
    Nearest: 'iad',
    Regions: regions.map(([code, name, geo]) => ({
      code,
      name,
      latitude: 0.5,
      longitude: 0.5,
      gateway_available: code !== 'gru' && code !== 'jnb',
      requires_paid_plan: code === 'bom',
      deprecated: false,
      geo_region: geo,
    })),
  })
}

/** A region without room is missing from the answer; `count: 0` gives how many would fit. */
function placements({ world, body }: Context): Answer {
  if (text(body['org_slug']) === undefined) throw flyErrors.invalid('org_slug is required')
  const asked = (text(body['region']) ?? 'iad').split(',')
  const codes = regions.map(([code]) => code)
  const wanted = asked.includes('any') ? codes : asked.filter((code) => codes.includes(code))
  const { memoryMb } = guestOf({ guest: record(body['compute']) })
  const count = number(body['count']) ?? 0
  const rows: Json[] = []
  for (const region of wanted) {
    const fitting = Math.min(Math.floor(roomIn(world, region) / memoryMb), mostPlaced)
    const placed = count === 0 ? fitting : Math.min(count, fitting)
    if (fitting > 0) rows.push({ Region: region, Count: placed, Concurrency: placed })
  }
  return json({ Regions: rows })
}

function currentToken({ world, token }: Context): Answer {
  return json({
    tokens: [
      {
        token_id: token.user.split('@')[0],
        org_slug: world.settings.orgSlug,
        organization: 'Acme Labs',
        apps: token.apps === '*' ? [] : token.apps,
        user: token.user,
        restricted_to_machine: '',
        source_machine_id: '',
      },
    ],
  })
}
