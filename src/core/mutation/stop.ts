import type { Recall, WorkContext } from '../context.ts'
import type { LeaseHolder, Machine } from '../fly.ts'
import { attempt } from './attempt.ts'
import { servicesOf } from '../machine-config.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import { reachable, settledNow } from './kept.ts'
import { type Baseline, baselineOf, power, powered } from './power.ts'

export interface Stop {
  readonly id: string
  readonly lease: LeaseHolder | null
}

/** What was seen of the stop; plain JSON. */
export interface Stopped {
  readonly state: string
  /** How the run ended; null when Fly shows no exit for it (a suspended machine has none). */
  readonly exit: { readonly code: number; readonly oom: boolean; readonly at: number } | null
}

const before = (id: string): string => `before.${id}`
export const stopStep = (id: string): string => `stop.${id}`

/** Steps that stop one machine and see it stopped. */
export function stopSteps(context: WorkContext, { id, lease }: Stop): readonly Step[] {
  const request = (recall: Recall) => ({
    id,
    lease,
    action: 'stop' as const,
    before: recall(before(id)) as Baseline,
  })
  return [
    {
      id: before(id),
      label: tr(`Look at ${id} as it is`, `查看 ${id} 目前的狀態`),
      do: async () => baselineOf(settledNow(reachable(await context.fly.machine(context.app, id)))),
    },
    {
      id: stopStep(id),
      label: tr(`Stop ${id}`, `停止 ${id}`),
      do: async (recall) => {
        const asked = request(recall)
        return stopped(await power(context, asked), asked.before)
      },
      done: async (recall) => {
        const asked = request(recall)
        const machine = await powered(context, asked)
        return machine && stopped(machine, asked.before)
      },
    },
  ]
}

function stopped({ state, events }: Machine, { at }: Baseline): Stopped {
  const [exit] = events
    .flatMap((event) => (event.exit !== null && event.at > at ? [event.exit] : []))
    .toSorted((a, b) => b.at - a.at)
  return {
    state,
    exit: exit === undefined ? null : { code: exit.code, oom: exit.oom, at: exit.at },
  }
}

/** How to keep it down where Fly's proxy would start it again for any request that reaches the app (FLY.md §3.8); null where nothing does. */
export async function revival(context: WorkContext, machine: Machine): Promise<string | null> {
  const { app, fly, signal } = context
  const { config, id } = machine
  if (config === null || !servicesOf(config).some(({ autostart }) => autostart)) return null
  const addresses = await attempt(fly.addresses(app), signal)
  if (addresses.known && addresses.value.every(({ type }) => type.startsWith('egress'))) return null
  return `fly machine cordon ${id} -a ${app}`
}
