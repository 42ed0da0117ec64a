import type { WorkContext } from './context.ts'
import { mainMachine } from './deployment.ts'
import type { Machine } from './fly.ts'
import { type Look, look, valueOr } from './in-time.ts'
import { locate } from './locate.ts'
import {
  type Address,
  addressesUsd,
  bindOf,
  isOpen,
  plain,
  PROXY_REFUSED,
  type Reach,
  reachOf,
} from './network.ts'
import { rememberedNetwork } from './network-memory.ts'
import { urlOf } from './network-words.ts'
import { releasedSince, taggedVersion } from './services.ts'
import type { Text } from './text.ts'

const PART_MS = 8000
const PROBE_MS = 12_000

/** What `network show` found; field names are public, null is "not known". */
export interface NetworkView {
  readonly app: string
  readonly private: boolean | null
  readonly url: string | null
  readonly addresses: readonly Address[] | null
  readonly machines: readonly Reach[] | null
  readonly costUsdMonth: number | null
  /** Has a private v6 and something behind it; without services it routes nothing. */
  readonly flycast: 'routed' | 'no_services' | 'none' | null
  /** Ready inside its machine, seen by a probe. */
  readonly gateway: { readonly ready: boolean | null; readonly version: string | null }
  /** Whether a gateway of this version refuses what comes through a proxy it was not told to trust. */
  readonly refusesProxies: boolean | null
  readonly bind: string | null
  readonly port: number
  readonly remembered: {
    readonly at: number
    readonly addresses: readonly Address[]
    readonly machines: readonly string[]
    readonly unreadable: readonly string[]
  } | null
  /** What could not be read, and why. */
  readonly unknown: ReadonlyArray<{ readonly part: 'addresses' | 'machines'; readonly why: Text }>
}

/** Looks at addresses and machines side by side, then into the gateway's machine. Rejects when neither list could be read. */
export async function viewNetwork(context: WorkContext): Promise<NetworkView> {
  const { app, fly } = context
  const [addresses, machines, memory] = await Promise.all([
    look(context, PART_MS, (signal) => fly.with(signal).addresses(app)),
    look(context, PART_MS, (signal) => fly.with(signal).machines(app)),
    rememberedNetwork(context),
  ])
  if (!addresses.known && !machines.known) throw addresses.error
  const list = addresses.known ? addresses.value.map(plain) : null
  const reach = machines.known ? machines.value.map(reachOf) : null
  const main = machines.known ? mainMachine(machines.value) : undefined
  const gateway = await heard(context, main)
  const version = gateway.version ?? taggedVersion(main?.config ?? {})
  return {
    app,
    private: list && !list.some(isOpen),
    url: list && reach && urlOf(app, list, reach),
    addresses: list,
    machines: reach,
    costUsdMonth: list && addressesUsd(list),
    flycast: flycastOf(list, reach),
    gateway: { ...gateway, version },
    refusesProxies: releasedSince(version, PROXY_REFUSED),
    bind: main === undefined ? null : bindOf(main),
    port: locate(main?.config ?? {}).port,
    remembered: memory && {
      at: memory.at,
      addresses: memory.addresses,
      machines: memory.machines.map(({ id }) => id),
      unreadable: memory.unreadable,
    },
    unknown: [...missing('addresses', addresses), ...missing('machines', machines)],
  }
}

const missing = (part: 'addresses' | 'machines', found: Look<unknown>) =>
  found.known ? [] : [{ part, why: found.why }]

function flycastOf(
  addresses: readonly Address[] | null,
  reach: readonly Reach[] | null,
): NetworkView['flycast'] {
  if (addresses === null) return null
  if (!addresses.some(({ type }) => type === 'private_v6')) return 'none'
  if (reach === null || reach.some(({ exposed }) => exposed === null)) return null
  return reach.some(({ exposed }) => (exposed ?? []).length > 0) ? 'routed' : 'no_services'
}

async function heard(context: WorkContext, main: Machine | undefined) {
  if (main?.state !== 'started' || main.hostStatus !== 'ok') return { ready: null, version: null }
  const found = await look(context, PROBE_MS, () => context.gateway.probe(context.app, main))
  const report = valueOr(found, null)
  return { ready: report?.ready ?? null, version: report?.version ?? null }
}
