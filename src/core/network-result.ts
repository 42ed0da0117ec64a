import type { WorkContext } from './context.ts'
import { mainMachine } from './deployment.ts'
import { flyToml } from './fly-toml.ts'
import type { HeardAfter } from './mutation/network.ts'
import { type Address, addressesUsd, type Network, type Reach } from './network.ts'
import type { Direction, NetworkChange } from './network-plan.ts'
import { contradictions, seeAgain, seenOf, undoneElsewhere } from './network-proof.ts'
import { urlOf } from './network-words.ts'
import type { Text } from './text.ts'

/** What came of it; field names are public. `private` and `url` are null when the app could not be read back. */
export interface NetworkResult {
  readonly app: string
  readonly to: Direction
  /** False when it was so already. */
  readonly changed: boolean
  /** Nothing changed but what is meant: it was made private here, and opened elsewhere. */
  readonly meant?: true
  readonly proven: boolean
  readonly private: boolean | null
  readonly url: string | null
  readonly released: readonly Address[]
  readonly addresses: readonly Address[]
  readonly machines: readonly Reach[]
  readonly gateways: HeardAfter
  readonly costUsdMonth: { readonly before: number; readonly after: number }
  /** What contradicts it, found by a later look. */
  readonly against: readonly Text[]
  readonly file: { readonly name: string; readonly content: string } | null
  /** What a later look compares with. */
  readonly goal: Pick<NetworkChange, 'to' | 'turns' | 'allocate'>
}

/** The proof at the end: reads everything once more. Rejects with `unproven` when somebody worked against it meanwhile. */
export async function resultOf(
  context: WorkContext,
  change: NetworkChange,
  gateways: HeardAfter,
): Promise<NetworkResult> {
  const { to, turns, allocate, release, usd: cost, addresses, reach } = change
  const goal = { to, turns, allocate }
  const unseen: NetworkResult = {
    app: context.app,
    to,
    changed: release.length + allocate.length + turns.length > 0,
    proven: false,
    private: null,
    url: null,
    released: release,
    addresses,
    machines: reach,
    gateways,
    costUsdMonth: cost,
    against: [],
    file: null,
    goal,
  }
  const now = await seeAgain(context)
  if (now === null) return unseen
  const found = contradictions(goal, seenOf(now))
  if (found.length > 0) throw undoneElsewhere(goal, found)
  return withSight(unseen, now)
}

/** A later look at what could not be read back at the end. */
export async function lookAgain(
  context: WorkContext,
  result: NetworkResult,
): Promise<NetworkResult> {
  const now = await seeAgain(context)
  if (now === null) return result
  return { ...withSight(result, now), against: contradictions(result.goal, seenOf(now)) }
}

function withSight(result: NetworkResult, now: Network): NetworkResult {
  const { addresses, reach } = seenOf(now)
  const url = urlOf(result.app, addresses, reach)
  const main = mainMachine(now.machines)
  const content =
    main?.config && flyToml({ app: result.app, region: main.region, config: main.config })
  const name = result.to === 'private' ? 'fly.private.toml' : 'fly.toml'
  return {
    ...result,
    proven: true,
    private: result.to === 'private',
    url,
    addresses,
    machines: reach,
    costUsdMonth: { ...result.costUsdMonth, after: addressesUsd(addresses) },
    file: content ? { name, content } : null,
  }
}
