import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import type { GatewayReport, TokenReport } from '../gateway.ts'
import { mainMachine } from '../deployment.ts'
import { processGroupOf } from '../machine-config.ts'
import type { Secret } from '../secret.ts'

export const TOKEN = 'OPENCLAW_GATEWAY_TOKEN'

export type KnownToken = Extract<TokenReport, { known: true }>

/** The token of one machine's gateway, and the run of the process it was seen in. */
export interface TokenLook {
  readonly machine: Machine
  readonly report: GatewayReport
  readonly token: TokenReport
}

interface Options {
  readonly devices?: boolean
  readonly dead?: Secret | undefined
  /** What a probe has just seen; without it there is one more. */
  readonly seen?: GatewayReport | undefined
}

/** Two calls: one that finds the gateway's process, one that looks at its token. */
export async function lookAtToken(
  { app, gateway }: Pick<WorkContext, 'app' | 'gateway'>,
  machine: Machine,
  options: Options = {},
): Promise<TokenLook> {
  const seen = options.seen ?? (await gateway.probe(app, machine))
  return { machine, report: seen, token: await gateway.tokens(app, machine, { ...options, seen }) }
}

/** The machines that run a gateway: those of the process group `app`, or all where there is no such group. */
export function gatewaysOf(machines: readonly Machine[]): readonly Machine[] {
  const main = mainMachine(machines)
  const group = groupOf(main)
  return machines.filter((machine) => groupOf(machine) === group)
}

const groupOf = (machine: Machine | undefined): string | null =>
  machine?.config ? processGroupOf(machine.config) : null
