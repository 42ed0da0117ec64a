import type { Recall, WorkContext } from '../context.ts'
import type { MachineConfig } from '../fly.ts'
import type { LockFile } from '../gateway.ts'
import { isBag } from '../services.ts'
import { comeUp } from './come-up.ts'
import { unmet } from './config.ts'
import { changedMeanwhile, keptOf, reachable } from './kept.ts'
import { releaseOwn } from './lease.ts'
import type { Baseline } from './power.ts'
import { afterUpdate, lookPatiently } from './settle.ts'
import type { Before, Up } from './up.ts'
import { write } from './write.ts'

/** What the machine does while its files are looked at: nothing, and it ends by itself should nobody wake it. */
const ASLEEP = ['/bin/sleep', '900']

/** The config with `init.exec` in place of everything it starts, which FLY.md §2.2 has beside `cmd`. */
export const asleep = (config: MachineConfig): MachineConfig => ({
  ...config,
  init: { ...(isBag(config['init']) && config['init']), exec: ASLEEP },
})

export interface Woken {
  readonly up: Up
  /** Lock files afterwards; null when they could not be read. */
  readonly files: readonly LockFile[] | null
}

function asleepNow(context: WorkContext, id: string, recall: Recall) {
  const kept = keptOf(context, id, recall)
  if (kept === undefined) throw new Error('nothing was kept')
  const { version } = recall(`update.${id}`) as { readonly version: string }
  return { kept, base: asleep(kept.config), version }
}

/** Puts its own command back and starts it with that. */
export async function wake(context: WorkContext, id: string, recall: Recall) {
  const { kept, base, version } = asleepNow(context, id, recall)
  const goal = kept.config
  const machine = await write(context, { id, version, started: true, base, goal })
  return { version: machine.version }
}

/** After a crash in the middle of waking it. */
export async function woken(context: WorkContext, id: string, recall: Recall) {
  const { kept, base, version } = asleepNow(context, id, recall)
  await releaseOwn(context, id)
  const machine = reachable(await lookPatiently(context, id))
  if (machine.version === version) return undefined
  const { config: goal } = kept
  if (unmet({ base, goal, seen: machine.config }).length > 0) throw changedMeanwhile(id)
  const after = await afterUpdate(context, id, { version, started: true })
  return { version: after.version }
}

/** Waits for the gateway, and looks whose locks there are then. */
export async function awake(
  context: WorkContext,
  id: string,
  { was, asleepAt }: { readonly was: Before; readonly asleepAt: Baseline },
): Promise<Woken> {
  const { app, gateway } = context
  const before = { ...was, at: asleepAt.at, event: asleepAt.event }
  const up = await comeUp(context, id, before)
  const report = await gateway.locks(app, await lookPatiently(context, id))
  return { up, files: report.known ? report.files : null }
}
