import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { processGroupOf } from '../machine-config.ts'
import { type Heard, heardOf } from '../network.ts'
import {
  forgetNetwork,
  markClosed,
  type Remembered,
  rememberedNetwork,
  rememberNetwork,
} from '../network-memory.ts'
import type { MachineTurn, NetworkChange } from '../network-plan.ts'
import { servicesAfter } from '../network-services.ts'
import { rawServices, withServices } from '../services.ts'
import type { Step } from '../steps.ts'
import { join, tr } from '../text.ts'
import { allocateStep, compareStep, releaseStep } from './addresses.ts'
import { waitReady } from './ready.ts'
import { updateSteps } from './update.ts'

const TITLE = {
  private: tr('Making the app private', '正在改為私有'),
  public: tr('Making the app public', '正在改為公開'),
}

/** What each gateway said after its machine's turn, by machine. */
export type HeardAfter = Readonly<Record<string, Heard>>

/**
 * Private: first what costs nothing and is easily undone (the private address), then the services, machine by machine with the
 * gateway ready again in between, and the public addresses last: without services they route nothing, so the app is closed before
 * the first of them goes, and until then everything can be put back as it was. A dedicated v4 is the very last.
 * Public: the addresses first, while nothing is behind them, then the services: the last update opens.
 */
export async function changeNetwork(
  context: WorkContext,
  change: NetworkChange,
): Promise<HeardAfter> {
  const { to, addresses, allocate, release, turns } = change
  const memory = await rememberedNetwork(context)
  const recall = await context.steps(TITLE[to], [
    compareStep(context, addresses),
    ...(to === 'private' ? [rememberStep(context, change)] : []),
    ...allocate.map((type) => allocateStep(context, type, addresses)),
    ...turns.flatMap((turn) => turnSteps(context, turn, memory)),
    ...release.map((address) => releaseStep(context, address)),
    ...(to === 'public' ? [forgetStep(context)] : []),
  ])
  if (to === 'private') await markClosed(context)
  const heard = turns.map(({ id }) => [id, recall(`ready.${id}`) as Heard | undefined] as const)
  return Object.fromEntries(heard.filter((pair): pair is [string, Heard] => pair[1] !== undefined))
}

/** Keeps what is about to go, so that `network public` can bring it back. */
function rememberStep(context: WorkContext, { release, turns }: NetworkChange): Step {
  const { app, fly } = context
  return {
    id: 'remember',
    label: tr('Remember addresses and services', '記住位址與服務'),
    async do() {
      const machines = await Promise.all(turns.map(({ id }) => fly.machine(app, id)))
      return { had: await rememberNetwork(context, release, machines.map(kept)) }
    },
    async undo(recall) {
      const output = recall('remember') as { readonly had: boolean } | undefined
      if (output?.had === false) await forgetNetwork(context)
    },
  }
}

const kept = ({ id, config }: Machine) => ({
  id,
  group: processGroupOf(config ?? {}),
  services: rawServices(config ?? {}),
})

const forgetStep = (context: WorkContext): Step => ({
  id: 'forget',
  proof: true,
  label: tr('Drop the memory of the private state', '清除私有狀態的記錄'),
  async do() {
    await forgetNetwork(context)
    return null
  },
})

function turnSteps(
  context: WorkContext,
  turn: MachineTurn,
  memory: Remembered | null,
): readonly Step[] {
  const { id, from, version, heard } = turn
  const label =
    from === 'nothing'
      ? tr(`Take the services off ${id}`, `移除 ${id} 的服務`)
      : tr(`Give ${id} its services`, `為 ${id} 設定服務`)
  return [
    ...updateSteps(context, {
      id,
      version,
      label,
      mutate: (config) => withServices(config, servicesAfter({ id, config }, turn, memory)),
    }),
    ...(heard === null ? [] : [readyStep(context, turn, heard)]),
  ]
}

/** A gateway that was ready has to be so again, or everything is put back; one that was not is only looked at. */
function readyStep(context: WorkContext, { id }: MachineTurn, before: Heard): Step {
  return {
    id: `ready.${id}`,
    proof: true,
    label: tr(`Wait until the gateway of ${id} is ready`, `等待 ${id} 的閘道就緒`),
    async do() {
      const machine = await context.fly.machine(context.app, id)
      if (before.ready === false) return heardOf(await context.gateway.probe(context.app, machine))
      const { ready, report } = await waitReady(context, machine, before.boot)
      if (!ready && before.ready === true) throw notReady(id, heardOf(report))
      return heardOf(report)
    },
  }
}

const notReady = (id: string, { reason }: Heard): OpsError =>
  new OpsError(
    'not_ready',
    join(
      ' ',
      tr(
        `The gateway of ${id} was not ready again within 3 minutes.`,
        `${id} 的閘道在 3 分鐘內沒有恢復就緒。`,
      ),
      reason ?? '',
    ),
    { hint: tr('Look at /openclaw logs.', '請查看 /openclaw logs。') },
  )
