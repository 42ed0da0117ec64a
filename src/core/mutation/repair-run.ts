import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { type FieldChange, type Part, repaired, wrongParts } from '../repairs.ts'
import type { Step } from '../steps.ts'
import { join, type Text, tr } from '../text.ts'
import { attempt } from './attempt.ts'
import { clearSteps } from './lease.ts'
import { asItWas, type Watched } from './proven-up.ts'
import type { Repair } from './repair-plan.ts'
import { awaitChecked, type Seen } from './repair-proof.ts'
import { beforeStep, lookStep, readyStep } from './up-steps.ts'
import type { Before } from './up.ts'
import { updateSteps } from './update.ts'

/** What came of it; field names are public. */
export interface Repaired extends Watched {
  readonly kind: 'repaired' | 'nothing'
  readonly app: string
  readonly parts: readonly Part[]
  readonly changes: readonly FieldChange[]
  /** Wrong, and left alone. */
  readonly left: readonly Text[]
  /** Not known, so neither found nor ruled out. */
  readonly open: readonly Text[]
}

/** Puts the parts right and proves it: the config read back, the gateway ready, its checks passing. Else the old config comes back. */
export async function runRepair(context: WorkContext, repair: Repair): Promise<Repaired> {
  const { app } = context
  const { id, parts, changes, left, open } = repair
  const facts = { app, machine: id, parts, changes, left, open, looks: 0 }
  if (parts.length === 0) return { ...facts, kind: 'nothing', up: null, was: null }
  const recall = await context
    .steps(tr(`${app}: repairing ${id}`, `${app}：修復 ${id}`), stepsOf(context, repair))
    .catch((error: unknown) => {
      throw asItWas(error, stateWords(repair))
    })
  const seen = recall(readyStep(id)) as Seen | undefined
  return {
    ...facts,
    kind: 'repaired',
    up: seen?.up ?? null,
    was: seen?.was ?? null,
    open: seen?.unheard === true ? [...open, unheardOf(id)] : open,
  }
}

function stepsOf(context: WorkContext, repair: Repair): readonly Step[] {
  const { id, version, started, wasReady } = repair
  const ready: Step = {
    id: readyStep(id),
    proof: true,
    label: tr('Wait until the gateway is ready and its checks pass', '等待閘道就緒且檢查通過'),
    do: (recall) => awaitChecked(context, repair, recall(beforeStep(id)) as Before),
  }
  return [
    ...clearSteps(context, repair),
    ...(started ? [lookStep(context, id)] : []),
    ...updateSteps(context, {
      id,
      version,
      label: tr(`Change the config of ${id}`, `變更 ${id} 的設定`),
      mutate: (config) => repaired(config, { parts: repair.parts, version: repair.release }),
      wasReady,
    }),
    {
      id: `judge.${id}`,
      proof: true,
      label: tr('Judge its config as the doctor does', '以診斷的方式判斷其設定'),
      do: () => judge(context, repair),
    },
    ...(started ? [ready] : []),
  ]
}

/** What the doctor would find of it now is nothing. Where it can't be read, it was read back a moment ago. */
async function judge(context: WorkContext, { id, parts, release }: Repair): Promise<true> {
  const { app, fly, signal } = context
  const looked = await attempt(fly.machine(app, id), signal)
  if (!looked.known) return true
  const { config, hostStatus } = looked.value
  if (config === null || hostStatus !== 'ok') return true
  const machine = { ...looked.value, config }
  const still = wrongParts(machine, release).filter((part) => parts.includes(part))
  if (still.length === 0) return true
  throw new OpsError(
    'unproven',
    tr(
      `The config of ${id} was changed, and yet ${still.join(', ')} is not in order.`,
      `${id} 的設定已變更，但 ${still.join('、')} 仍有問題。`,
    ),
  )
}

const unheardOf = (id: string): Text =>
  tr(
    `Fly has told of no check of ${id} yet, so whether it passes is not known. Look at /openclaw status in a minute.`,
    `Fly 尚未回報 ${id} 的檢查，因此無法得知是否通過。請一分鐘後查看 /openclaw status。`,
  )

/** How the way back left it. */
function stateWords({ id, started, wasReady, lost }: Repair): Text {
  const how =
    started && wasReady
      ? tr(
          `${id} has its old config, runs, and its gateway is ready.`,
          `${id} 使用舊設定，執行中且閘道就緒。`,
        )
      : tr(`${id} has its old config.`, `${id} 使用舊設定。`)
  return lost === null ? how : join(' ', how, gone(lost))
}

const gone = (lost: string): Text =>
  tr(
    `If it was started anew in between, ${lost} is as the image has it.`,
    `若其間曾重新啟動，${lost} 會是映像檔的初始內容。`,
  )
