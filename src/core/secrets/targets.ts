import type { Machine } from '../fly.ts'
import { isUp, reachable, settledNow } from '../mutation/kept.ts'
import { gatewaysOf } from '../token/look.ts'

/** One machine as a plan saw it. */
export interface Target {
  readonly id: string
  readonly version: string
  /** It runs; any other one gets its secrets when it is started, and nothing can be proven of it. */
  readonly up: boolean
  readonly gateway: boolean
}

/** Rejects for one that cannot be changed now. */
export function targetsOf(
  machines: readonly Machine[],
  all: readonly Machine[],
): readonly Target[] {
  const gateways = new Set(gatewaysOf(all).map(({ id }) => id))
  return machines.map((machine) => ({
    id: machine.id,
    version: settledNow(reachable(machine)).version,
    up: isUp(machine),
    gateway: gateways.has(machine.id),
  }))
}
