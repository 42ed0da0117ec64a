import { flyErrors } from './errors.ts'
import { networkPrefix } from './make.ts'
import type { Answer, Context, Route } from './router.ts'
import { appOf, json, noContent } from './router.ts'
import type { FakeAddress, FakeApp, Json } from './types.ts'
import type { World } from './world.ts'
import { rfc3339, text } from './values.ts'

const path = '/v1/apps/:app/ip_assignments'
const single = ['v4', 'v6', 'shared_v4', 'private_v6', 'egress_v4', 'egress_v6']

export const addressRoutes: readonly Route[] = [
  {
    method: 'GET',
    path,
    action: 'ips.list',
    handle: (context) =>
      json({ ips: appOf(context).addresses.map((ip) => view(context.world, ip)) }),
  },
  {
    method: 'POST',
    path,
    action: 'ips.create',
    schema: 'assignIPRequest',
    writes: true,
    handle: assign,
  },
  {
    method: 'DELETE',
    path: `${path}/:ip`,
    action: 'ips.delete',
    writes: true,
    handle: release,
  },
]

function assign(context: Context): Answer {
  const { world, body } = context
  const app = appOf(context)
  const type = text(body['type']) ?? ''
  const region = text(body['region']) ?? 'global'
  const network = text(body['network']) ?? ''
  if (network !== '' && network !== app.network) throw flyErrors.networkNotFound()
  if (type === 'egress_pair') {
    const v4 = allocate(world, app, { type: 'egress_v4', region })
    const v6 = allocate(world, app, { type: 'egress_v6', region })
    return json({ ip: null, ip_pair: { v4: v4.ip, v6: v6.ip }, egress: true, region })
  }
  if (!single.includes(type)) throw flyErrors.invalid(`unknown type '${type}'`)
  if (type === 'shared_v4' && app.addresses.some((address) => address.type === type)) {
    throw flyErrors.sharedTaken()
  }
  const { type: _, ...shown } = view(world, allocate(world, app, { type, region }))
  return json(shown)
}

export function allocate(
  world: World,
  app: FakeApp,
  { type, region = 'global', ip }: { type: string; region?: string; ip?: string },
): FakeAddress {
  const address = {
    ip: ip ?? nextIp(world, type),
    type,
    region,
    createdAt: world.clock.now(),
    network: type === 'private_v6' ? '' : null,
  }
  app.addresses.push(address)
  return address
}

function nextIp(world: World, type: string): string {
  const number = world.ids.count()
  const byte = String((number % 250) + 1)
  const hex = number.toString(16)
  if (type === 'shared_v4') return `66.241.124.${byte}`
  if (type.endsWith('v4')) return `149.248.${String(number % 7)}.${byte}`
  return type === 'private_v6' ? `${networkPrefix}:0:1::${hex}` : `2a09:8280:1::5b:${hex}`
}

function release(context: Context): Answer {
  const { addresses } = appOf(context)
  const index = addresses.findIndex(({ ip }) => ip === context.params['ip'])
  if (index < 0) throw flyErrors.addressNotFound()
  addresses.splice(index, 1)
  return noContent
}

function view(world: World, address: FakeAddress): Json {
  const { network, type } = address
  return {
    ip: address.ip,
    type,
    region: address.region,
    shared: type === 'shared_v4',
    service_name: '',
    created_at: rfc3339(address.createdAt),
    egress: type.startsWith('egress'),
    network: network === null ? null : { name: network, org_slug: world.settings.orgSlug },
  }
}
