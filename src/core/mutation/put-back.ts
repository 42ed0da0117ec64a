import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineConfig } from '../fly.ts'
import { join, tr } from '../text.ts'
import { unmet } from './config.ts'
import { changedMeanwhile, isUp, type Kept, reachable } from './kept.ts'
import { releaseOwn, withLease } from './lease.ts'
import { waitReady } from './ready.ts'
import { lookPatiently, passing, waitFor } from './settle.ts'
import { write } from './write.ts'

/** A refused update may stop the machine a moment after the refusal (FLY.md §3.9); that shows within this long. */
const WATCH_SECONDS = 5
const START_TRIES = 15
const UPDATE_TRIES = 30
const PAUSE_MS = 1000

interface Back {
  readonly id: string
  readonly kept: Kept
  /** What the update wanted. */
  readonly goal: MachineConfig
  /** The version that the update made, where that is known. */
  readonly ours: string | null
  readonly wasReady: boolean
}

/** Brings a machine to where it was before the update, and proves that: its config, whether it runs, and its gateway. */
export async function putBack(context: WorkContext, back: Back): Promise<void> {
  const { id, kept, goal, ours } = back
  // Left by a run that was killed; where it can't be let go of now it runs out by itself.
  await releaseOwn(context, id).catch(() => {})
  const machine = reachable(await lookPatiently(context, id))
  const changed =
    machine.version !== kept.version &&
    unmet({ base: goal, goal: kept.config, seen: machine.config }).length > 0
  if (!changed) return bringUp(context, back)
  const isOurs =
    machine.version === ours ||
    unmet({ base: kept.config, goal, seen: machine.config }).length === 0
  if (!isOurs) throw changedMeanwhile(id)
  const after = await writeBack(context, back, machine.version)
  if (kept.started) await proveGateway(context, back, after)
}

/** A machine that is crashing goes from state to state, and Fly refuses an update in some of them (FLY.md §3.1): it is asked again. */
async function writeBack(context: WorkContext, back: Back, version: string): Promise<Machine> {
  const { id, kept, goal } = back
  const { started, config } = kept
  for (let tries = 1; ; tries++) {
    try {
      return await write(context, { id, version, started, base: goal, goal: config })
    } catch (error) {
      const moving = error instanceof OpsError && error.code === 'not_ready'
      if (!moving || tries === UPDATE_TRIES) throw error
      const { version: now } = await lookPatiently(context, id)
      if (now !== version) throw error
      await context.clock.sleep(PAUSE_MS)
    }
  }
}

/** The config is the old one: now it has to run as it did. */
async function bringUp(context: WorkContext, back: Back): Promise<void> {
  const { id, kept } = back
  const { app, fly } = context
  if (!kept.started) return
  await passing(fly.wait(app, id, { state: 'stopped', seconds: WATCH_SECONDS }))
  const machine = await started(context, id)
  await proveGateway(context, back, machine)
}

async function started(context: WorkContext, id: string): Promise<Machine> {
  const { app, fly, clock } = context
  for (let tries = 0; tries < START_TRIES; tries++) {
    const machine = await lookPatiently(context, id)
    if (isUp(machine)) break
    // Refused while the old run is still being cleared away (FLY.md §3.1): the next look tells.
    if (!machine.state.endsWith('ing'))
      await passing(withLease(context, id, (nonce) => fly.start(app, id, nonce)))
    await clock.sleep(PAUSE_MS)
  }
  return waitFor(context, id, { state: 'started' }, ({ state }) => state === 'started')
}

async function proveGateway(context: WorkContext, back: Back, machine: Machine): Promise<void> {
  if (!back.wasReady) return
  const { ready, report } = await waitReady(context, machine, null)
  if (ready) return
  const { id } = back
  throw new OpsError(
    'unproven',
    join(
      ' ',
      tr(
        `${id} was started with its old config again, but its gateway was not seen ready.`,
        `${id} 已以原本的設定再次啟動，但未看到閘道就緒。`,
      ),
      report.reason ?? '',
    ),
  )
}
