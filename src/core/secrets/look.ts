import { hasSecretsOf } from '../checks/app.ts'
import type { WorkContext } from '../context.ts'
import type { AppSecret, Machine } from '../fly.ts'
import type { EnvironmentReport, GatewayReport, ProbeOptions } from '../gateway.ts'
import { isUp } from '../mutation/kept.ts'
import { gatewaysOf } from '../token/look.ts'
import { expectedOf, removedOf } from './kept.ts'

/** Whether one machine has the value that Fly holds; `unknown` is neither. */
export type Having = 'applied' | 'staged' | 'unknown'

/** One machine, and what the process of its gateway was seen to have. */
export interface Holder {
  readonly machine: Machine
  readonly report: GatewayReport | null
  readonly env: EnvironmentReport | null
}

type Context = Pick<WorkContext, 'app' | 'fly' | 'gateway' | 'store' | 'sealer' | 'clock'>

/** Looks into every running gateway for these names; other machines are told by their times alone. */
export async function holders(
  context: Pick<Context, 'app' | 'gateway'>,
  machines: readonly Machine[],
  names: readonly string[],
  probe: ProbeOptions = {},
): Promise<readonly Holder[]> {
  const gateways = new Set(gatewaysOf(machines).map(({ id }) => id))
  return Promise.all(
    machines.map(async (machine) => {
      const inside = machine.state === 'started' && machine.hostStatus === 'ok'
      if (!inside || !gateways.has(machine.id)) return { machine, report: null, env: null }
      return look(context, machine, { names, probe })
    }),
  )
}

async function look(
  { app, gateway }: Pick<Context, 'app' | 'gateway'>,
  machine: Machine,
  { names, probe }: { readonly names: readonly string[]; readonly probe: ProbeOptions },
): Promise<Holder> {
  const report = await gateway.probe(app, machine, probe)
  if (names.length === 0) return { machine, report, env: null }
  return { machine, report, env: await gateway.environment(app, machine, { seen: report, names }) }
}

/** A secret and, machine by machine, who has it. */
export interface Held {
  readonly secret: AppSecret
  readonly machines: ReadonlyArray<{ readonly id: string; readonly having: Having }>
}

export async function heldBy(
  context: Context,
  secrets: readonly AppSecret[],
  found: readonly Holder[],
): Promise<readonly Held[]> {
  const now = context.clock.now()
  return Promise.all(
    secrets.map(async (secret) => {
      const expected = await expectedOf(context, secret)
      const machines = found.map((holder) => ({
        id: holder.machine.id,
        having: having(secret, holder, { expected, now }),
      }))
      return { secret, machines }
    }),
  )
}

/** Fly gives times in whole seconds. */
const SLACK_MS = 1000

/**
 * What was seen in the process goes first. A machine has what was set before it was made or updated last; a start since then may or may not
 * have brought the value (FLY.md §2.4 knows reports of both), so that is unknown.
 */
function having(
  secret: AppSecret,
  { machine, env }: Holder,
  { expected, now }: { readonly expected: string | undefined; readonly now: number },
): Having {
  const { name, createdAt, updatedAt } = secret
  const value = env?.known === true ? env.values[name] : undefined
  if (value === null) return 'staged'
  if (value !== undefined && expected !== undefined)
    return value === expected ? 'applied' : 'staged'
  if (updatedAt === null) return 'unknown'
  const bornAt = env?.known === true ? now - env.processMs : null
  // It never had another value, and a process from after it was set has one.
  const only = createdAt === updatedAt && value !== undefined
  if (only && bornAt !== null && bornAt > updatedAt - SLACK_MS) return 'applied'
  if (hasSecretsOf(machine, updatedAt + SLACK_MS) === true) return 'applied'
  const startedSince = bornAt === null ? startsSince(machine, updatedAt) : bornAt > updatedAt
  return hasSecretsOf(machine, updatedAt) === false && !startedSince ? 'staged' : 'unknown'
}

const startsSince = (machine: Machine, since: number): boolean =>
  isUp(machine) && machine.events.some(({ type, at }) => type === 'start' && at > since)

/** What was taken out, and by machine whether that has come to it: `staged` still has it. */
export async function removedFrom(
  context: Pick<Context, 'app' | 'store'>,
  names: readonly string[],
  found: readonly Holder[],
): Promise<ReadonlyArray<{ readonly name: string; readonly machines: Held['machines'] }>> {
  const removed = Object.entries(await removedOf(context)).filter(([name]) => !names.includes(name))
  return removed.map(([name, at]) => ({
    name,
    machines: found.map(({ machine, env }) => {
      const value = env?.known === true ? env.values[name] : undefined
      const rid = value === undefined ? hasSecretsOf(machine, at + SLACK_MS) : value === null
      return { id: machine.id, having: rid === null ? 'unknown' : rid ? 'applied' : 'staged' }
    }),
  }))
}

/** Whether all machines have it; null when that is not known of one of them. */
export function overall({ machines }: Pick<Held, 'machines'>): Having {
  if (machines.length === 0) return 'unknown'
  const all = machines.map(({ having: one }) => one)
  if (all.includes('staged')) return 'staged'
  return all.includes('unknown') ? 'unknown' : 'applied'
}
