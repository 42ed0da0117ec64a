import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { type ImageName, nameOf, readImage } from '../deploy/image-ref.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { reachable, settledNow } from '../mutation/kept.ts'
import { leaseWarning } from '../mutation/lease.ts'
import { lookPatiently } from '../mutation/settle.ts'
import { named } from '../mutation/targets.ts'
import { type Before, isReady, lookAgain, lookBefore, proveUp, type Up } from '../mutation/up.ts'
import { updateSteps } from '../mutation/update.ts'
import { otherWorkers } from '../own-machine.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import { ownContext } from './look.ts'
import { TRIAL, trialStep } from './trial.ts'
import type { UpdateData, UpdateResult } from './update-result.ts'
import { planUpdateBlocks } from './update-words.ts'

/** The same image by the same name may be a newer one, so it is never "nothing to do". */
export async function planSelfUpdate(given: WorkContext, typed: string): Promise<Plan> {
  const { own, context } = ownContext(given)
  const { app, fly } = context
  const machine = settledNow(reachable(named(await fly.machines(app), own.machine)))
  const { id, version, region, config, lease } = machine
  const from = imageOf(machine)
  const image = nameOf(readImage(typed, ownName(from)))
  const data: UpdateData = { id, version, region, guest: config['guest'], from, image }
  return {
    title: tr(`Update me (${id} of ${app})?`, `要更新我（${app} 的 ${id}）嗎？`),
    blocks: await planUpdateBlocks(given, {
      data,
      app,
      running: own.version,
      others: await otherWorkers(given),
      warnings: leaseWarning(machine),
    }),
    fingerprint: JSON.stringify([id, version, image, lease && [lease.owner, lease.description]]),
    data,
    name: app,
  }
}

/** A tag alone is one of the image that runs now. */
const ownName = (from: string): ImageName => readImage(from, NAMELESS)
const NAMELESS: ImageName = { registry: 'registry.fly.io', repository: '', tag: null, digest: null }

function imageOf({ config, image }: Machine): string {
  const named = config?.['image']
  return typeof named === 'string' ? named : (image ?? '')
}

const BEFORE = 'before'
const BACK = 'back'

/**
 * Tries the image first, then replaces the own machine's. Whoever finds the job afterwards brings it to its end: the new process, or
 * another worker, who also puts the old image back when the bot stays away.
 */
export async function runSelfUpdate(given: WorkContext, plan: unknown): Promise<UpdateResult> {
  const { own, context } = ownContext(given)
  const data = plan as UpdateData
  const { id, image } = data
  const title = tr(`Updating myself to ${image}`, `正在將自己更新為 ${image}`)
  const recall = await context
    .steps(title, [
      trialStep(context, { ...data, root: own.root }),
      { id: BEFORE, label: tr('Look at myself', '查看自己'), do: () => lookBefore(context, id) },
      ...updateSteps(context, {
        id,
        version: data.version,
        label: tr(`Replace the image of ${id}`, `更換 ${id} 的映像檔`),
        mutate: (config) => ({ ...config, image }),
      }),
      backStep(context, data),
    ])
    .catch(async (error: unknown) => {
      throw await truly(context, data, error)
    })
  return {
    app: context.app,
    id,
    from: data.from,
    image,
    expected: (recall(TRIAL) as { readonly version: string }).version,
    up: recall(BACK) as Up,
    before: recall(BEFORE) as Before,
    looks: 0,
  }
}

/** A bot that stays away is a failure, so that whoever is left takes the way back. */
const backStep = (context: WorkContext, { id }: UpdateData): Step => ({
  id: BACK,
  proof: true,
  label: tr('Wait until I am back', '等待我恢復'),
  do: async (recall) => {
    const machine = await lookPatiently(context, id)
    const up = await proveUp(context, machine, recall(BEFORE) as Before)
    if (up.ready === true) return up
    throw new OpsError(
      'not_ready',
      tr(
        `With the new image the bot on ${id} gave no sign of life within 3 minutes; the machine is ${up.state}.`,
        `使用新映像檔後，${id} 上的機器人在 3 分鐘內沒有回應；機器目前為 ${up.state}。`,
      ),
      { hint: tr('Read its logs.', '請查看其日誌。') },
    )
  },
})

/** When the old image runs again, somebody or the way back has put it there: that is the answer, whatever the step failed with. */
async function truly(context: WorkContext, data: UpdateData, error: unknown): Promise<unknown> {
  if (!(error instanceof OpsError) || error.code !== 'stale_version') return error
  const machine = await lookPatiently(context, data.id).catch(() => null)
  if (machine === null || imageOf(machine) !== data.from) return error
  return new OpsError(
    'unproven',
    tr(
      `The update to ${data.image} did not last: ${data.id} runs ${data.from} again, put back by somebody while I was away. I am version ${context.self?.version ?? '?'}.`,
      `更新為 ${data.image} 未能持續：${data.id} 再次執行 ${data.from}，是在我離線時由他人改回的。我目前為 ${context.self?.version ?? '?'} 版。`,
    ),
    {
      hint: tr(
        `Why it did not come up stands in its logs: fly logs -a ${context.app}`,
        `未能啟動的原因請見日誌：fly logs -a ${context.app}`,
      ),
    },
  )
}

const AGAIN_MS = 30_000
const LOOKS = 10

export const updateFollow = {
  after: (result: UpdateResult) => (result.looks < LOOKS && !isReady(result.up) ? AGAIN_MS : null),
  look: async (given: WorkContext, _options: unknown, result: UpdateResult) => {
    const { context } = ownContext(given)
    const up = await lookAgain(context, result.id, result.before)
    return { ...result, up, looks: result.looks + 1 }
  },
}
