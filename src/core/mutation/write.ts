import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { handOver, type IfLost } from '../handover.ts'
import { tr } from '../text.ts'
import { unmet } from './config.ts'
import { changedMeanwhile, reachable } from './kept.ts'
import { withLease } from './lease.ts'
import { afterUpdate, lookPatiently } from './settle.ts'

const PAUSE_MS = 1000

interface Writing {
  readonly id: string
  /** What it has now; Fly refuses the update when that is no longer true. */
  readonly version: string
  /** Whether it runs; one that does not is not started by an update. */
  readonly started: boolean
  readonly base: MachineConfig
  readonly goal: MachineConfig
  readonly minSecretsVersion?: number
  /** Told the new version as soon as it is known. */
  readonly onPosted?: (version: string) => void
}

/** For the people who wait, when the machine is the one I run on and its new image may not come up. */
function ifLost({ app }: WorkContext, { id, base, goal }: Writing): IfLost | undefined {
  const image = base['image']
  if (typeof image !== 'string' || image === goal['image']) return undefined
  return {
    words: tr(
      'the new image did not come up. Put the old one back:',
      '新映像檔未能啟動。請改回舊的：',
    ),
    command: `fly machine update ${id} -a ${app} --image ${image}`,
  }
}

/** Replaces a machine's config under a lease, waits until it settled, and reads back that it has what was asked for. */
export async function write(context: WorkContext, writing: Writing): Promise<Machine> {
  const machine = await withLease(context, writing.id, async (nonce) => {
    await handOver(context, writing.id, ifLost(context, writing))
    const posted = await post(context, writing, nonce)
    writing.onPosted?.(posted)
    return afterUpdate(context, writing.id, writing)
  })
  prove(machine, writing)
  return machine
}

/**
 * Gives the new version. An answer that got lost is read back, as is a version that is no longer true: it may have been ours that made
 * it so. The version in the request keeps a second try from doing it twice.
 */
async function post(context: WorkContext, writing: Writing, nonce: string): Promise<string> {
  const { app, fly, clock, signal } = context
  const { id, version, base, goal } = writing
  for (let tries = 0; ; tries++) {
    try {
      return (await fly.updateMachine(app, id, requestOf(writing, nonce))).version
    } catch (error) {
      if (tries === 0 && !isOpen(error)) throw error
      const { version: now, config } = reachable(await lookPatiently(context, id))
      if (now !== version) {
        if (unmet({ base, goal, seen: config }).length > 0) throw changedMeanwhile(id)
        return now
      }
      if (tries > 0) throw error
      await clock.sleep(PAUSE_MS, signal)
    }
  }
}

const isOpen = (error: unknown): boolean =>
  error instanceof OpsError && (error.code === 'ambiguous' || error.code === 'stale_version')

const requestOf = (
  { version, goal, started, minSecretsVersion }: Writing,
  nonce: string,
): Parameters<WorkContext['fly']['updateMachine']>[2] => ({
  config: goal,
  currentVersion: version,
  nonce,
  // An update starts a stopped machine unless it is told not to (FLY.md §3.1).
  ...(!started && { skipLaunch: true }),
  ...(minSecretsVersion !== undefined && { minSecretsVersion }),
})

/** What Fly says it has now must be what was asked for: unknown fields are dropped without a word (FLY.md §1.1). */
function prove({ id, config }: Machine, { base, goal }: Writing): void {
  const missed = config === null ? [{ path: 'config' }] : unmet({ base, goal, seen: config })
  if (missed.length === 0) return
  const paths = missed
    .slice(0, 5)
    .map(({ path }) => path)
    .join(', ')
  throw new OpsError(
    'unproven',
    tr(
      `Fly took the update of ${id}, but its config differs from what was asked: ${paths}.`,
      `Fly 接受了 ${id} 的更新，但設定與要求不符：${paths}。`,
    ),
    { hint: tr('Look at it with status.', '請以 status 查看。') },
  )
}
