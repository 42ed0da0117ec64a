import type { WorkContext } from './context.ts'
import type { Address } from './network.ts'
import { isBag } from './services.ts'
import type { Services } from './services.ts'

type Context = Pick<WorkContext, 'app' | 'store' | 'sealer' | 'clock'>

const BUCKET = 'network'

/** As it lies in the store. Services are sealed: their checks may send headers, and headers may be secret. */
interface Stored {
  readonly at: number
  readonly addresses: readonly Address[]
  readonly machines: Readonly<Record<string, { readonly group: string; readonly services: string }>>
  /** When the app was seen closed; missing while it is only about to be. */
  readonly closedAt?: number
}

/** How a machine was reachable before the app was made private. */
export interface RememberedMachine {
  readonly id: string
  readonly group: string
  readonly services: Services
}

/** What `network private` took away, and when (ms). */
export interface Remembered {
  readonly at: number
  readonly addresses: readonly Address[]
  readonly machines: readonly RememberedMachine[]
  /** Machines whose services were sealed under another key. */
  readonly unreadable: readonly string[]
}

/**
 * Keeps what is about to be taken away. A second run that finishes a first one adds to its memory instead of replacing it,
 * or the first one's half would be forgotten. Tells whether there was a memory before.
 */
export async function rememberNetwork(
  { app, store, sealer, clock }: Context,
  addresses: readonly Address[],
  machines: readonly RememberedMachine[],
): Promise<boolean> {
  const fresh = machines.map(
    ({ id, group, services }) =>
      [id, { group, services: sealer.seal(JSON.stringify(services)) }] as const,
  )
  let had = false
  await store.update(BUCKET, app, (current) => {
    const before = current as Stored | undefined
    had = before !== undefined
    const known = before?.addresses ?? []
    const added = addresses.filter((one) => !known.some(({ address }) => address === one.address))
    return {
      at: clock.now(),
      addresses: [...known, ...added],
      machines: { ...before?.machines, ...Object.fromEntries(fresh) },
    } satisfies Stored
  })
  return had
}

/** What there is to go back to; null when this bot has not made the app private. */
export async function rememberedNetwork({
  app,
  store,
  sealer,
}: Omit<Context, 'clock'>): Promise<Remembered | null> {
  const stored = (await store.get(BUCKET, app)) as Stored | undefined
  if (stored === undefined) return null
  const machines = Object.entries(stored.machines).map(([id, { group, services }]) => ({
    id,
    group,
    services: opened(sealer.open(services)),
  }))
  return {
    at: stored.at,
    addresses: stored.addresses,
    machines: machines.flatMap(({ services, ...rest }) =>
      services === undefined ? [] : [{ ...rest, services }],
    ),
    unreadable: machines.flatMap(({ id, services }) => (services === undefined ? [id] : [])),
  }
}

/** Notes that what was remembered has been taken away: from now on services or public addresses are somebody else's doing. */
export async function markClosed({ app, store, clock }: Omit<Context, 'sealer'>): Promise<void> {
  await store.update(BUCKET, app, (current) =>
    current === undefined ? undefined : { ...(current as Stored), closedAt: clock.now() },
  )
}

/** When the app was closed by this bot (ms); null when it was not, or was opened again. */
export async function networkClosed({
  app,
  store,
}: Pick<Context, 'app' | 'store'>): Promise<number | null> {
  const stored = (await store.get(BUCKET, app)) as Stored | undefined
  return stored?.closedAt ?? null
}

export const forgetNetwork = ({ app, store }: Pick<Context, 'app' | 'store'>): Promise<void> =>
  store.remove(BUCKET, app)

function opened(json: string | undefined): Services | undefined {
  if (json === undefined) return undefined
  const value = JSON.parse(json) as unknown
  return Array.isArray(value) ? value.filter(isBag) : undefined
}
