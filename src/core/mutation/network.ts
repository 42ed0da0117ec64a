import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { isGatewayMachine, type Heard, heardOf } from '../network.ts'
import { forgetNetwork, type Remembered, rememberedNetwork, rememberNetwork } from '../network-memory.ts'
import { type MachineTurn, type NetworkChange, servicesAfter } from '../network-plan.ts'
import { processGroupOf } from '../machine-config.ts'
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

/**
 * Private: first what fails most and costs nothing (the private address), then the services, machine by machine with the gateway
 * ready again in between, and the addresses last: without services they route nothing, so the app is closed before the first of
 * them goes, and up to then everything can be put back as it was. A dedicated v4 is the very last.
 * Public: addresses first, while they route nothing, then the services: the last step opens.
 */
export async function changeNetwork(context: WorkContext, change: NetworkChange): Promise<Recall> {
  const { to, addresses, allocate, release, turns } = change
  const memory = await rememberedNetwork(context)
  return context.steps(TITLE[to], [
    compareStep(context, addresses),
    ...(to === 'private' ? [rememberStep(context, change)] : []),
    ...allocate.map((type) => allocateStep(context, type, addresses)),
    ...turns.flatMap((turn) => turnSteps(context, turn, memory)),
    ...release.map((address) => releaseStep(context, address)),
    ...(to === 'public' ? [forgetStep(context)] : []),
  ])
}

/** Keeps what is about to go, so that `network public` can bring it back. */
function rememberStep(context: WorkContext, { release, turns }: NetworkChange): Step {
  const { app, fly } = context
  return {
    id: 'remember',
    label: tr('Remember addresses and services', '記住位址與服務'),
    async do() {
      const machines = await Promise.all(turns.map(({ id }) => fly.machine(app, id)))
      const had = await rememberNetwork(context, release, machines.map(kept))
      return { had }
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
  label: tr('Drop the memory of the private state', '清除私有狀態的記錄'),
  do: async () => {
    await forgetNetwork(context)
    return null
  },
})

function turnSteps(
  context: WorkContext,
  turn: MachineTurn,
  memory: Remembered | null,
): readonly Step[] {
  const { id, from } = turn
  const mutate = (config: MachineConfig) =>
    withServices(config, servicesAfter({ ...BLANK, id, config }, turn, memory))
  const label =
    from === 'nothing'
      ? tr(`Take the services off ${id}`, `移除 ${id} 的服務`)
      : tr(`Give ${id} its services`, `為 ${id} 設定服務`)
  return [
    ...updateSteps(context, { id, version: turn.version, label, mutate }),
    ...(turn.heard === null ? [] : [readyStep(context, turn, turn.heard)]),
  ]
}

/** Only id and config count for what services a machine gets. */
const BLANK = { name: '', state: '', region: '', version: '', hostStatus: 'ok', cordoned: false } as const satisfies Partial<Machine>
