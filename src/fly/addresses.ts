import type { z } from 'zod'
import type { AddressType, Fly, IpAddress } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { accepted } from './call.ts'
import { readErrorBody } from './error-body.ts'
import { anything, field, flag, listOf, object, text, timeMs } from './schema.ts'

type Addresses = Pick<Fly, 'addresses' | 'allocateAddress' | 'releaseAddress'>

/** The app's addresses: public, private (Flycast) and outgoing. */
export function createAddresses(call: Caller): Addresses {
  return {
    addresses: (app) =>
      call({
        endpoint: 'GET /v1/apps/{app}/ip_assignments',
        at: { app },
        read: ({ json }) => listOf(field(json, 'ips'), readAddress),
      }),
    allocateAddress: async (app, { type, region, network }) => {
      await call({
        endpoint: 'POST /v1/apps/{app}/ip_assignments',
        at: { app },
        body: { type, region, network },
        read: accepted,
      })
    },
    releaseAddress: async (app, address) => {
      await call({
        endpoint: 'DELETE /v1/apps/{app}/ip_assignments/{ip}',
        at: { app, ip: address },
        accept: isGone,
        read: (answer) => isGone(answer) || accepted(answer),
      })
    },
  }
}

/** The address is unknown; an unknown app is something else. */
const isGone = ({ status, text: body }: Answer): boolean =>
  status === 404 && !/\bapp\b/i.test(readErrorBody(body).message)

const Body = object({
  ip: text,
  type: text,
  region: text,
  shared: flag,
  egress: flag,
  network: anything,
  created_at: anything,
})
const TYPES: Readonly<Record<AddressType, true>> = {
  v4: true,
  v6: true,
  shared_v4: true,
  private_v6: true,
  egress_v4: true,
  egress_v6: true,
  egress_pair: true,
}

function readAddress(value: unknown): IpAddress | undefined {
  const body = Body.parse(value)
  if (!body.ip) return undefined
  const network = text.parse(field(body.network, 'name'))
  return {
    address: body.ip,
    type: typeOf(body.ip, body),
    region: body.region || null,
    network: network || null,
    createdAt: timeMs(body.created_at),
  }
}

/** What an address is, from itself where it shows: the type is missing from the documented answer (FLY.md §1.1). */
function typeOf(ip: string, body: z.infer<typeof Body>): AddressType {
  if (/^fdaa:/i.test(ip)) return 'private_v6'
  const named = body.type ?? ''
  if (isType(named) && named !== 'private_v6') return named
  const six = ip.includes(':')
  if (body.egress === true) return six ? 'egress_v6' : 'egress_v4'
  if (six) return 'v6'
  return body.shared === true ? 'shared_v4' : 'v4'
}

const isType = (value: string): value is AddressType => Object.hasOwn(TYPES, value)
