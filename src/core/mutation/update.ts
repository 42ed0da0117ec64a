import type { Recall, WorkContext } from '../context.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import { unmet } from './config.ts'
import { changedMeanwhile, keep, keepStep, type Kept, keptOf, reachable } from './kept.ts'
import { releaseOwn } from './lease.ts'
import { putBack } from './put-back.ts'
import { afterUpdate, lookPatiently } from './settle.ts'
import { write } from './write.ts'

export { reachable } from './kept.ts'

export interface Update {
  readonly id: string
  /** The version the plan was made from: a machine that somebody changed since is not touched. */
  readonly version: string
  readonly label: Text
  /** Pure; everything it does not mean to change has to come through as it was, unknown fields included. */
  readonly mutate: (config: MachineConfig) => MachineConfig
  readonly minSecretsVersion?: (recall: Recall) => number | undefined
  /** The gateway was seen ready before, so the way back is proven only when it is ready again. */
  readonly wasReady?: boolean
  /** Starts the machine if it does not run; the way back leaves it at rest again. */
  readonly launch?: boolean
}

const NEVER = new AbortController().signal

/** The same context for the way back: cancel must not stop it half-way. */
export const backContext = <C extends Pick<WorkContext, 'fly' | 'back' | 'signal'>>(
  context: C,
): C => ({
  ...context,
  fly: context.back,
  signal: NEVER,
})

/**
 * Steps that change one machine's config and prove it: keep the old config, update under a lease against the version that was planned for,
 * wait until it settled, read it back and compare by meaning. The way back puts the old config in place and proves that too, but leaves
 * alone what somebody else made of the machine meanwhile. The second step gives `{ version }`.
 */
export function updateSteps(context: WorkContext, update: Update): readonly Step[] {
  const { id, version } = update
  // Known only to the run that sent it; a run after a crash knows its own version by the config.
  let posted: string | null = null
  const keptNow = (recall: Recall): Kept => {
    const kept = keptOf(context, id, recall)
    if (kept === undefined) throw new Error(`${keepStep(id)} has not run`)
    return kept
  }
  return [
    {
      id: keepStep(id),
      label: tr(`Keep the present config of ${id}`, `保留 ${id} 目前的設定`),
      do: () => keep(context, { id, version }),
    },
    {
      id: `update.${id}`,
      label: update.label,
      do: async (recall) => {
        const { config: base, ...kept } = keptNow(recall)
        const minSecretsVersion = update.minSecretsVersion?.(recall)
        const machine = await write(context, {
          id,
          ...kept,
          ...(update.launch === true && { started: true }),
          base,
          goal: update.mutate(base),
          ...(minSecretsVersion !== undefined && { minSecretsVersion }),
          onPosted: (sent) => (posted = sent),
        })
        return { version: machine.version }
      },
      done: (recall) => seen(context, update, keptNow(recall)),
      undo: (recall) => takeBack(context, update, { recall, posted }),
    },
  ]
}

async function takeBack(
  context: WorkContext,
  { id, mutate, wasReady = false }: Update,
  { recall, posted }: { readonly recall: Recall; readonly posted: string | null },
): Promise<void> {
  const kept = keptOf(context, id, recall)
  if (kept === undefined) return
  const done = recall(`update.${id}`) as { readonly version: string } | undefined
  const goal = mutate(kept.config)
  const ours = done?.version ?? posted
  await putBack(backContext(context), { id, kept, goal, ours, wasReady })
}

/** After a crash inside the update: whether its effect is there. */
async function seen(context: WorkContext, { id, mutate, launch }: Update, kept: Kept) {
  await releaseOwn(context, id)
  const machine = reachable(await lookPatiently(context, id))
  if (machine.version === kept.version) return undefined
  const { config: base } = kept
  if (unmet({ base, goal: mutate(base), seen: machine.config }).length > 0)
    throw changedMeanwhile(id)
  const { started, version } = kept
  const after: Machine = await afterUpdate(context, id, { version, started: launch ?? started })
  return { version: after.version }
}
