import type { WorkContext, Recall } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import { differences } from './config.ts'
import { releaseOwn, withLease } from './lease.ts'
import { waitFor } from './settle.ts'

export interface Update {
  readonly id: string
  /** The version the plan was made from: a machine that somebody changed since is not touched. */
  readonly version: string
  readonly label: Text
  /** Pure; everything it does not mean to change has to come through as it was, unknown fields included. */
  readonly mutate: (config: MachineConfig) => MachineConfig
  readonly minSecretsVersion?: (recall: Recall) => number | undefined
}

/** What was there before, kept for the way back; the config is sealed, for it may hold anything. */
interface Kept {
  readonly version: string
  readonly started: boolean
  readonly config: string
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
 * wait until it settled, read it back and compare by meaning. The way back puts the old config in place and proves that too.
 */
export function updateSteps(context: WorkContext, update: Update): readonly Step[] {
  const { id } = update
  return [
    {
      id: `keep.${id}`,
      label: tr(`Keep the present config of ${id}`, `保留 ${id} 目前的設定`),
      do: () => keep(context, update),
    },
    {
      id: `update.${id}`,
      label: update.label,
      do: (recall) => apply(context, update, recall),
      done: (recall) => seen(context, update, recall),
      undo: (recall) => putBack(backContext(context), update, recall),
    },
  ]
}

async function keep(context: WorkContext, { id, version }: Update): Promise<Kept> {
  const machine = reachable(await context.fly.machine(context.app, id))
  if (machine.version !== version) throw changedMeanwhile(id)
  return {
    version,
    started: machine.state === 'started' || machine.state === 'starting',
    config: context.sealer.seal(JSON.stringify(machine.config)),
  }
}

async function apply(context: WorkContext, update: Update, recall: Recall) {
  const kept = keptOf(context, update, recall)
  const intent = update.mutate(kept.config)
  const minSecretsVersion = update.minSecretsVersion?.(recall)
  const machine = await withLease(context, update.id, async (nonce) => {
    await post(context, update.id, {
      config: intent,
      currentVersion: kept.version,
      nonce,
      // An update starts a stopped machine unless it is told not to (FLY.md §3.1).
      ...(!kept.started && { skipLaunch: true }),
      ...(minSecretsVersion !== undefined && { minSecretsVersion }),
    })
    return settled(context, update.id, kept)
  })
  prove(machine, intent)
  return { version: machine.version }
}

/** An answer that got lost is read back; the version in the request keeps a second try from doing it twice. */
async function post(
  { app, fly }: WorkContext,
  id: string,
  request: Parameters<WorkContext['fly']['updateMachine']>[2],
): Promise<void> {
  try {
    await fly.updateMachine(app, id, request)
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'ambiguous') throw error
    const machine = await fly.machine(app, id)
    if (machine.version !== request.currentVersion) return
    await fly.updateMachine(app, id, request)
  }
}

const settled = (context: WorkContext, id: string, { version, started }: Kept | Opened) =>
  waitFor(
    context,
    id,
    { state: 'settled' },
    (machine) => machine.version !== version && machine.state === (started ? 'started' : 'stopped'),
  )

/** After a crash inside the update: whether its effect is there. */
async function seen(context: WorkContext, update: Update, recall: Recall) {
  const kept = keptOf(context, update, recall)
  await releaseOwn(context, update.id)
  const machine = await context.fly.machine(context.app, update.id)
  if (machine.version === kept.version) return undefined
  const intent = update.mutate(kept.config)
  if (machine.config === null || differences(intent, machine.config).length > 0)
    throw changedMeanwhile(update.id)
  return { version: (await settled(context, update.id, kept)).version }
}

async function putBack(context: WorkContext, update: Update, recall: Recall): Promise<void> {
  const { app, fly } = context
  if (recall(`keep.${update.id}`) === undefined) return
  const kept = keptOf(context, update, recall)
  const machine = reachable(await fly.machine(app, update.id))
  if (differences(kept.config, machine.config).length > 0) {
    const after = await withLease(context, update.id, async (nonce) => {
      const currentVersion = machine.version
      const config = kept.config
      const skip = !kept.started && { skipLaunch: true }
      await post(context, update.id, { config, currentVersion, nonce, ...skip })
      return settled(context, update.id, { ...kept, version: currentVersion })
    })
    prove(after, kept.config)
    return
  }
  // An update that found no room may leave the machine stopped on its old version (FLY.md §3.9).
  if (!kept.started || machine.state === 'started') return
  if (machine.state === 'stopped') await fly.start(app, update.id)
  await waitFor(context, update.id, { state: 'started' }, ({ state }) => state === 'started')
}

interface Opened extends Omit<Kept, 'config'> {
  readonly config: MachineConfig
}

function keptOf({ sealer }: WorkContext, { id }: Update, recall: Recall): Opened {
  const kept = recall(`keep.${id}`) as Kept
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

/** What Fly says it has now must be what was asked for: unknown fields are dropped without a word (FLY.md §1.1). */
function prove({ id, config }: Machine, intent: MachineConfig): void {
  const wrong = config === null ? ['config'] : differences(intent, config).map(({ path }) => path)
  if (wrong.length === 0) return
  const paths = wrong.slice(0, 5).join(', ')
  throw new OpsError(
    'unproven',
    tr(
      `Fly took the update of ${id}, but its config differs from what was asked: ${paths}.`,
      `Fly 接受了 ${id} 的更新，但設定與要求不符：${paths}。`,
    ),
  )
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

const changedMeanwhile = (id: string): OpsError =>
  new OpsError(
    'stale_version',
    tr(
      `${id} was changed by somebody else in the meantime, so it was left alone.`,
      `${id} 在此期間被其他人變更，因此沒有動它。`,
    ),
    { hint: tr('Send the command again for a new plan.', '請重新送出指令以取得新的計畫。') },
  )
