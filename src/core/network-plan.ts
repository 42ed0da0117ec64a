import type { WorkContext } from './context.ts'
import { OpsError } from './errors.ts'
import type { AddressType, Machine } from './fly.ts'
import { reachable } from './mutation/update.ts'
import {
  type Address,
  addressesUsd,
  type Heard,
  heardOf,
  isGatewayMachine,
  isOpen,
  type Network,
  reachOf,
  type Reach,
  readNetwork,
} from './network.ts'
import { type Remembered, rememberedNetwork } from './network-memory.ts'
import { servicesAfter, type Source, sourceOf } from './network-services.ts'
import { exposedOf, rawServices, taggedVersion } from './services.ts'
import { tr } from './text.ts'

type Context = Pick<WorkContext, 'app' | 'fly' | 'gateway' | 'store' | 'sealer'>

export type Direction = 'private' | 'public'

/** One machine whose services are taken away or put back. */
export interface MachineTurn {
  readonly id: string
  readonly version: string
  readonly state: string
  readonly from: Source
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** The gateway's own version, or that of the image's tag; decides which check path there is. */
  readonly release: string | null
  readonly heard: Heard | null
}

/** Everything a change of the network needs again after a crash: plain JSON, no config, no secret. */
export interface NetworkChange {
  readonly to: Direction
  /** The app as it was when it was looked at. */
  readonly addresses: readonly Address[]
  readonly reach: readonly Reach[]
  readonly release: readonly Address[]
  readonly allocate: readonly AddressType[]
  readonly turns: readonly MachineTurn[]
  readonly usd: { readonly before: number; readonly after: number }
  /** When the memory was made that services come from (ms). */
  readonly rememberedAt: number | null
  /** Dedicated addresses that were released then. */
  readonly dedicated: readonly string[]
}

/** Looks at the app and finds what has to change; nothing when it is there already. Refuses while a host does not answer. */
export async function planNetwork(
  context: Context,
  to: Direction,
): Promise<{ readonly change: NetworkChange; readonly machines: readonly Machine[] }> {
  const [network, memory] = await Promise.all([readNetwork(context), rememberedNetwork(context)])
  for (const machine of network.machines) reachable(machine)
  const goal = to === 'private' ? closing(network) : opening(network, memory)
  goal.machines.forEach(atRest)
  const turns = await Promise.all(
    goal.machines.map((machine) => turnOf(context, machine, { to, memory })),
  )
  const { addresses, machines } = network
  const kept = addresses.filter((one) => !goal.release.includes(one))
  const change: NetworkChange = {
    to,
    addresses,
    reach: machines.map(reachOf),
    release: goal.release,
    allocate: goal.allocate,
    turns,
    // What is allocated here is free; a dedicated address is never asked for.
    usd: { before: addressesUsd(addresses), after: addressesUsd(kept) },
    rememberedAt: memory?.at ?? null,
    dedicated: (memory?.addresses ?? []).flatMap(({ address, type }) =>
      type === 'v4' ? [address] : [],
    ),
  }
  return { change, machines }
}

interface Goal {
  readonly release: readonly Address[]
  readonly allocate: readonly AddressType[]
  readonly machines: readonly Machine[]
}

/** A dedicated address goes last: until then everything can be put back. */
function closing({ addresses, machines }: Network): Goal {
  const open = addresses.filter(isOpen)
  const dedicated = (one: Address) => one.type === 'v4'
  return {
    release: [...open.filter((one) => !dedicated(one)), ...open.filter(dedicated)],
    allocate: addresses.some(({ type }) => type === 'private_v6') ? [] : ['private_v6'],
    machines: machines.filter(({ config }) => rawServices(config ?? {}).length > 0),
  }
}

/** The types that were released, with the free shared address in place of a dedicated one; both kinds when nothing is remembered. */
function opening({ addresses, machines }: Network, memory: Remembered | null): Goal {
  if (machines.length === 0)
    throw new OpsError(
      'not_found',
      tr('The app has no machine to open.', '此應用程式沒有可開放的機器。'),
      {
        hint: tr('Deploy one first.', '請先部署一台。'),
      },
    )
  const known = (memory?.addresses ?? []).map(({ type }) => (type === 'v4' ? 'shared_v4' : type))
  const wanted = known.length > 0 ? [...new Set(known)] : (['shared_v4', 'v6'] as const)
  const has = (type: AddressType) =>
    addresses.some((one) => one.type === type || (type === 'shared_v4' && one.type === 'v4'))
  return {
    release: [],
    allocate: wanted.filter((type) => !has(type)),
    machines: machines.filter(
      (machine) =>
        rawServices(machine.config ?? {}).length === 0 && sourceOf(machine, memory) !== 'nothing',
    ),
  }
}

async function turnOf(
  context: Context,
  machine: Machine,
  { to, memory }: { readonly to: Direction; readonly memory: Remembered | null },
): Promise<MachineTurn> {
  const { id, version, state } = machine
  const config = machine.config ?? {}
  const heard =
    state === 'started' && isGatewayMachine(machine)
      ? heardOf(await context.gateway.probe(context.app, machine))
      : null
  const release = heard?.version ?? taggedVersion(config)
  const from = to === 'private' ? 'nothing' : sourceOf(machine, memory)
  const services = servicesAfter(machine, { from, release }, memory)
  const after = exposedOf({ services })
  return { id, version, state, from, before: exposedOf(config), after, release, heard }
}

const RESTING = ['started', 'stopped', 'suspended', 'created']

/** A machine on its way between states can't be updated (FLY.md §3.1). */
function atRest({ id, state }: Machine): void {
  if (RESTING.includes(state)) return
  throw new OpsError(
    'not_ready',
    tr(
      `Machine ${id} is ${state}, so it can't be changed now.`,
      `機器 ${id} 目前為 ${state}，現在無法變更。`,
    ),
    { hint: tr('Send the command again in a minute.', '請一分鐘後再送出指令。') },
  )
}

export const nothingToDo = ({ release, allocate, turns }: NetworkChange): boolean =>
  release.length + allocate.length + turns.length === 0

/** What a plan was made from and what it means to do; nothing in it changes by itself. */
export const fingerprintOf = ({
  addresses,
  reach,
  turns,
  release,
  allocate,
  rememberedAt,
}: NetworkChange) =>
  JSON.stringify([
    addresses.map(({ address, type }) => `${type} ${address}`).toSorted(),
    reach,
    turns.map(({ id, version, from, release: seen, after }) => [
      id,
      version,
      from,
      from === 'template' ? seen : null,
      after,
    ]),
    release.map(({ address }) => address),
    allocate,
    rememberedAt,
  ])
