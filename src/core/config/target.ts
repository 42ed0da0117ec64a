import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { reachable } from '../mutation/kept.ts'
import { gatewayMachines, noMachine } from '../mutation/targets.ts'
import { tr } from '../text.ts'

/**
 * The machine whose config file is meant: the one that runs the gateway. Rejects when none does, for a file can only be reached in a machine
 * that runs, and when several do, for each has a file of its own.
 */
export async function configMachine({
  app,
  fly,
}: Pick<WorkContext, 'app' | 'fly'>): Promise<Machine> {
  const all = gatewayMachines(await fly.machines(app))
  if (all.length === 0) throw noMachine()
  const running = all.filter(({ state }) => state === 'started')
  const [one, ...more] = running
  if (one === undefined) throw notRunning(all)
  if (more.length > 0) throw several(running)
  return reachable(one)
}

const notRunning = (machines: readonly Machine[]): OpsError => {
  const what = machines.map(({ id, state }) => `${id} (${state})`).join(', ')
  return new OpsError(
    'not_ready',
    tr(
      `The config file can only be reached in a machine that runs, and none does: ${what}.`,
      `只能在執行中的機器內存取設定檔，目前沒有：${what}。`,
    ),
    {
      hint: tr(
        'Start it: /openclaw machine start. Does it not stay up because of its config? Then look at /openclaw logs at once after a start, and send this command while it is up.',
        '請啟動：/openclaw machine start。若因設定而無法維持執行，請在啟動後立刻查看 /openclaw logs，並趁它執行時送出此指令。',
      ),
    },
  )
}

const several = (machines: readonly Machine[]): OpsError => {
  const ids = machines.map(({ id }) => id).join(', ')
  return new OpsError(
    'conflict',
    tr(
      `${machines.length} machines run a gateway, each with a config file of its own: ${ids}.`,
      `有 ${machines.length} 部機器執行閘道，各有自己的設定檔：${ids}。`,
    ),
    {
      hint: tr(
        'One gateway is one machine. Stop the others (/openclaw machine stop), then send this again.',
        '一個閘道只用一部機器。請停止其他機器（/openclaw machine stop），再重新送出。',
      ),
    },
  )
}
