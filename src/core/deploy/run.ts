import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { clearSteps } from '../mutation/lease.ts'
import { updateSteps } from '../mutation/update.ts'
import { isHalfChanged, isLost } from '../step-errors.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import { type DeployChange, type Target, volumesOf } from './change.ts'
import { failedWith, type Failed, withoutSnapshot } from './failed.ts'
import { nameFor } from './plan-words.ts'
import { awaitReady, type Seen } from './prove.ts'
import { amend, begin, type Ended, type ImageSeen, type Taken } from './record.ts'
import { type DeployResult, isOpen, resultOf, type Row, rowOf } from './result.ts'
import { smoke, type Smoke } from './smoke.ts'
import { snapshotSteps, takenOf } from './snapshot.ts'

/** Takes the snapshots, then gives one machine after another the image and proves it; stops at the first that does not take it. */
export async function runDeploy(context: WorkContext, change: DeployChange): Promise<DeployResult> {
  const { app } = context
  const { targets, to } = change
  if (targets.length === 0) return resultOf(context, change, { number: 0, rows: [], taken: [] })
  const name = nameFor(to)
  const title = tr(`${app}: deploying ${name}`, `${app}：正在部署 ${name}`)
  const { number, taken, before } = await prepare(context, change, title)
  const rows: Row[] = []
  for (const [index, target] of targets.entries()) {
    const left = targets.slice(index + 1).map(({ id }) => id)
    const shown = targets.slice(0, index).flatMap((one) => stepsOf(context, change, one))
    const steps = [...before, ...shown.map(lasting), ...stepsOf(context, change, target)]
    const recall = await context.steps(title, steps).catch(async (error: unknown) => {
      throw await note(context, error, { app, change, target, rows, left, taken })
    })
    const row = rowOf(change, recall(readyStep(target)) as Seen, recall(smokeStep(target)) as Smoke)
    rows.push(row)
    if (isOpen(row) && left.length > 0) return end(context, change, { number, rows, taken, left })
  }
  return end(context, change, { number, rows, taken })
}

/** Writes down that it begins, and takes the snapshots; nothing of a machine is touched yet. */
async function prepare(context: WorkContext, change: DeployChange, title: Text) {
  const { app, store, job, actor, clock } = context
  const { kind, from, to, targets } = change
  const volumes = volumesOf(targets)
  const { image, digest, version } = to
  const entry = { job, kind, at: clock.now(), by: actor.name, from, to: { image, digest, version } }
  const steps: readonly Step[] = [
    {
      id: 'note',
      label: tr('Note the deployment', '記下這次部署'),
      do: () => begin(context, entry),
    },
    ...volumes.flatMap((volume) => snapshotSteps(context, volume)),
  ]
  const recall = await context.steps(title, steps).catch(async (error: unknown) => {
    if (isLost(error)) throw error
    await amend({ store, app }, job, { ended: 'back' })
    throw withoutSnapshot(app, error)
  })
  const taken = takenOf(recall, volumes)
  await amend({ store, app }, job, { snapshots: taken })
  return { number: recall('note') as number, taken, before: steps }
}

/** What is proven stays when a later machine does not take the image. */
const lasting = ({ id, label, do: work }: Step): Step => ({ id, label, do: work })

const readyStep = ({ id }: Target): string => `ready.${id}`
const smokeStep = ({ id }: Target): string => `smoke.${id}`

function stepsOf(context: WorkContext, change: DeployChange, target: Target): readonly Step[] {
  const { id, version, started, wasReady } = target
  const { image } = change.to
  const name = nameFor(change.to)
  return [
    ...clearSteps(context, target),
    ...updateSteps(context, {
      id,
      version,
      label: tr(`Give ${id} the image of ${name}`, `讓 ${id} 使用 ${name} 的映像檔`),
      mutate: (config) => ({ ...config, image }),
      wasReady,
    }),
    {
      id: readyStep(target),
      proof: true,
      label: started
        ? tr(`Wait until the gateway in ${id} is ready`, `等待 ${id} 的閘道就緒`)
        : tr(`Look at ${id}, which stays stopped`, `查看維持停止的 ${id}`),
      do: () => awaitReady(context, change, target),
    },
    {
      id: smokeStep(target),
      proof: true,
      label: tr(`Watch ${id} for a minute`, `觀察 ${id} 一分鐘`),
      do: (recall: Recall) => watched(context, target, recall(readyStep(target)) as Seen),
    },
  ]
}

/** Only what became ready can be watched. */
const watched = async (context: WorkContext, target: Target, seen: Seen): Promise<Smoke> =>
  seen.ready === true
    ? smoke(context, target, seen)
    : { ready: seen.ready, reason: seen.reason, lines: [] }

/** Writes down how it ended, and says how each machine is now. */
async function note(context: WorkContext, error: unknown, failed: Failed): Promise<unknown> {
  if (isLost(error)) return error
  const { store, app, job } = context
  const half = error instanceof OpsError && isHalfChanged(error)
  const ended: Ended = half ? 'unknown' : failed.rows.length > 0 ? 'partly' : 'back'
  await amend({ store, app }, job, { ended })
  return failedWith(error, failed)
}

interface Whole {
  readonly number: number
  readonly rows: readonly Row[]
  readonly taken: readonly Taken[]
  readonly left?: readonly string[]
}

async function end(
  context: WorkContext,
  change: DeployChange,
  whole: Whole,
): Promise<DeployResult> {
  const result = resultOf(context, change, whole)
  await amend(context, context.job, endOf(change, result))
  return result
}

/** What is written down of a result, at first and after each second look. */
export function endOf(
  { to }: { readonly to: ImageSeen },
  { machines, left }: DeployResult,
): Parameters<typeof amend>[2] {
  const open = machines.some(isOpen)
  const [first] = machines
  const { image, digest, version } = to
  return {
    ended: left.length > 0 ? 'partly' : open ? 'unproven' : 'done',
    to: { image, digest: digest ?? first?.digest ?? null, version: first?.version ?? version },
  }
}
