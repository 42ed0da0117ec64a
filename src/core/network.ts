import type { WorkContext } from './context.ts'
import { isPublic } from './deployment.ts'
import type { AddressType, IpAddress, Machine } from './fly.ts'
import type { GatewayReport } from './gateway.ts'
import { commandOf, processGroupOf } from './machine-config.ts'
import { costUsdMonth } from './prices.ts'
import { exposedOf } from './services.ts'
import { type Text, tr } from './text.ts'

/** An address as plans, results and the memory keep it. */
export interface Address {
  readonly address: string
  readonly type: AddressType
  readonly region: string | null
}

/** What of a machine's config decides who reaches it. */
export interface Reach {
  readonly id: string
  readonly state: string
  /** A line for each service; null when its host does not answer and its config can't be read. */
  readonly exposed: readonly string[] | null
}

/** The addresses and services of an app, read now. Rejects when one of the two can't be read. */
export interface Network {
  readonly addresses: readonly Address[]
  readonly machines: readonly Machine[]
}
export async function readNetwork({
  app,
  fly,
}: Pick<WorkContext, 'app' | 'fly'>): Promise<Network> {
  const [addresses, machines] = await Promise.all([fly.addresses(app), fly.machines(app)])
  return { addresses: addresses.map(plain), machines }
}

export const plain = ({ address, type, region }: IpAddress): Address => ({ address, type, region })

export const reachOf = ({ id, state, config }: Machine): Reach => ({
  id,
  state,
  exposed: config === null ? null : exposedOf(config),
})

/** Reachable from the internet, if anything routes there. */
export const isOpen = (one: Address): boolean =>
  isPublic({ ...one, network: null, createdAt: null })

/** Has a port that Fly's proxy may route to; of a machine whose config can't be read that is not known. */
export const isRouted = ({ exposed }: Reach): boolean => exposed === null || exposed.length > 0

/** Machines that run the gateway, not those of a worker group beside it. */
export const isGatewayMachine = ({ config }: Pick<Machine, 'config'>): boolean =>
  config === null || processGroupOf(config) === 'app'

/** US dollars a month of these addresses alone. */
export const addressesUsd = (addresses: readonly Address[]): number =>
  costUsdMonth({ machines: [], volumes: [], addresses }).usd

export const sameAddresses = (a: readonly Address[], b: readonly Address[]): boolean =>
  listed(a) === listed(b)
const listed = (all: readonly Address[]): string =>
  all
    .map(({ address, type }) => `${type} ${address}`)
    .toSorted()
    .join('\n')

/** What a type of address is called, by what matters here: who reaches it, and whether it costs. */
export const typeName = (type: AddressType): Text => TYPES[type]
const TYPES: Readonly<Record<AddressType, Text>> = {
  v4: tr('public, dedicated v4', '公開，專用 v4'),
  v6: tr('public v6', '公開 v6'),
  shared_v4: tr('public, shared v4', '公開，共用 v4'),
  private_v6: tr('private v6 (Flycast)', '私有 v6（Flycast）'),
  egress_v4: tr('outgoing v4', '對外連線用 v4'),
  egress_v6: tr('outgoing v6', '對外連線用 v6'),
  egress_pair: tr('outgoing pair', '對外連線用位址組'),
}

/** From 2026.8 on a gateway refuses what came through a proxy that it was not told to trust (OPENCLAW.md §1). */
export const PROXY_REFUSED = [2026, 8] as const

/** Whether the gateway listens where Fly's private network (IPv6) can reach it: recorded versions bind IPv4 alone. */
export const bindOf = ({ config }: Pick<Machine, 'config'>): string | null => {
  const words = config === null ? '' : commandOf(config).join(' ')
  return /--bind[ =](\w+)/.exec(words)?.[1] ?? null
}

/** What was seen of a gateway before or after; null is "not known". */
export interface Heard {
  readonly ready: boolean | null
  readonly version: string | null
  readonly boot: string | null
  readonly reason: Text | null
}
export const heardOf = ({ ready, version, bootId, reason }: GatewayReport): Heard => ({
  ready,
  version,
  boot: bootId,
  reason,
})
