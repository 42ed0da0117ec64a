import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { tr } from '../text.ts'

/** What was there before a change, kept for the way back. */
export interface Kept {
  readonly version: string
  readonly started: boolean
  readonly config: MachineConfig
}

/** As it lies in a checkpoint: the config is sealed, for it may hold anything. */
interface Stored extends Omit<Kept, 'config'> {
  readonly config: string
}

export const keepStep = (id: string): string => `keep.${id}`

/** Reads what is there now. Rejects when it is no longer the version that was planned for. */
export async function keep(
  { app, fly, sealer }: WorkContext,
  { id, version }: { readonly id: string; readonly version: string },
): Promise<Stored> {
  const machine = settledNow(reachable(await fly.machine(app, id)))
  if (machine.version !== version) throw changedMeanwhile(id)
  return {
    version,
    started: isUp(machine),
    config: sealer.seal(JSON.stringify(machine.config)),
  }
}

/** What was kept; nothing when the step that keeps it has not run. */
export function keptOf({ sealer }: WorkContext, id: string, recall: Recall): Kept | undefined {
  const kept = recall(keepStep(id)) as Stored | undefined
  if (kept === undefined) return undefined
  const json = sealer.open(kept.config)
  if (json === undefined)
    throw new OpsError(
      'internal',
      tr(
        `The kept config of ${id} was sealed under another key.`,
        `${id} 保留的設定是以另一把金鑰封存的。`,
      ),
      { hint: tr('Set OPS_SECRET_KEY back to what it was.', '請把 OPS_SECRET_KEY 改回原值。') },
    )
  return { ...kept, config: JSON.parse(json) as MachineConfig }
}

type Reachable = Machine & { readonly config: MachineConfig }

/** A machine whose host does not answer has no config to be read, and must not be sent one (FLY.md §3.2). */
export function reachable(machine: Machine): Reachable {
  const { id, hostStatus, config } = machine
  if (hostStatus === 'ok' && config !== null) return { ...machine, config }
  throw new OpsError(
    'host_unreachable',
    tr(
      `The host of ${id} is ${hostStatus}, so it can't be changed now.`,
      `${id} 的主機狀態為 ${hostStatus}，目前無法變更。`,
    ),
    { hint: tr('Try again when Fly has it back.', '請等 Fly 恢復後再試。') },
  )
}

/** On its way between two states: what it will be is not known, and Fly refuses to update some of these (FLY.md §3.1). */
const MOVING = /^(?:creating|stopping|restarting|suspending|updating|replacing|destroying)$/

/** Gives the machine unless it is on its way somewhere; then rejects with `not_ready`. */
export function settledNow<M extends Machine>(machine: M): M {
  if (MOVING.test(machine.state)) throw leftAlone(machine)
  return machine
}

/** What is said of a machine that is in no state to be changed. */
export const leftAlone = ({ id, state }: Pick<Machine, 'id' | 'state'>): OpsError =>
  new OpsError(
    'not_ready',
    tr(
      `${id} is ${state} at the moment, so it was left alone.`,
      `${id} 目前為 ${state}，因此沒有動它。`,
    ),
    { hint: tr('Try again in a minute.', '請一分鐘後再試。') },
  )

export const isUp = ({ state }: Pick<Machine, 'state'>): boolean =>
  state === 'started' || state === 'starting'

export const changedMeanwhile = (id: string): OpsError =>
  new OpsError(
    'stale_version',
    tr(
      `${id} was changed by somebody else in the meantime, so it was left alone.`,
      `${id} 在此期間被其他人變更，因此沒有動它。`,
    ),
    { hint: tr('Send the command again for a new plan.', '請重新送出指令以取得新的計畫。') },
  )
