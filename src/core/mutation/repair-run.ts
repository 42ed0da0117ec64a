import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { type FieldChange, type Part, repaired, wrongParts } from '../repairs.ts'
import { withoutPrinted } from '../secret-shapes.ts'
import type { Step } from '../steps.ts'
import { join, type Text, tr, truncate } from '../text.ts'
import { attempt } from './attempt.ts'
import { comeUp } from './come-up.ts'
import { reachable } from './kept.ts'
import { clearSteps } from './lease.ts'
import { asItWas, awaitUp, type Watched } from './proven-up.ts'
import type { Repair } from './repair-plan.ts'
import { lookPatiently } from './settle.ts'
import { type Before, lookBefore, type Up } from './up.ts'
import { updateSteps } from './update.ts'

/** What came of it; field names are public. */
export interface Repaired extends Watched {
  readonly kind: 'repaired' | 'nothing'
  readonly app: string
  readonly parts: readonly Part[]
  readonly changes: readonly FieldChange[]
  /** Wrong, and left alone. */
  readonly left: readonly Text[]
}

/** What a step saw, for the proof and for later looks. */
interface Seen {
  readonly up: Up
  readonly was: Before
}

const beforeStep = (id: string): string => `before.${id}`
const readyStep = (id: string): string => `ready.${id}`

/** Puts the parts right and proves it: the config read back, the gateway ready, its checks passing. Else the old config comes back. */
export async function runRepair(context: WorkContext, repair: Repair): Promise<Repaired> {
  const { app } = context
  const { id, parts, changes, left } = repair
  const facts = { app, machine: id, parts, changes, left, looks: 0 }
  if (parts.length === 0) return { ...facts, kind: 'nothing', up: null, was: null }
  const recall = await context
    .steps(tr(`${app}: repairing ${id}`, `${app}：修復 ${id}`), stepsOf(context, repair))
    .catch((error: unknown) => {
      throw asItWas(error, stateWords(repair))
    })
  const seen = recall(readyStep(id)) as Seen | undefined
  return { ...facts, kind: 'repaired', up: seen?.up ?? null, was: seen?.was ?? null }
}

function stepsOf(context: WorkContext, repair: Repair): readonly Step[] {
  const { id, version, started, wasReady } = repair
  const look: Step = {
    id: beforeStep(id),
    label: tr(`Look at ${id} as it is`, `查看 ${id} 目前的狀態`),
    do: () => lookBefore(context, id),
  }
  const ready: Step = {
    id: readyStep(id),
    proof: true,
    label: tr('Wait until the gateway is ready and its checks pass', '等待閘道就緒且檢查通過'),
    do: (recall) => awaitChecked(context, repair, recall(beforeStep(id)) as Before),
  }
  return [
    ...clearSteps(context, repair),
    ...(started ? [look] : []),
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
  const machine = reachable(looked.value)
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

/** Checks run every 15 s or so; those of a gateway that is ready have this long to pass. */
const CHECKS_MS = 60_000
const PAUSE_MS = 3000

/** Ready first. A check of ours that fails then would keep visitors away, which is worse than none: it takes the change back. */
async function awaitChecked(context: WorkContext, repair: Repair, was: Before): Promise<Seen> {
  const { id, parts, failing: sick } = repair
  if (!parts.includes('checks')) return { up: await bringUp(context, repair, was), was }
  // Checks that are new or ask something else have no past to be compared with.
  const plain = { ...was, passing: [] }
  const up = await bringUp(context, repair, plain)
  if (up.ready !== true) return { up, was: plain }
  const checks = await untilPassing(context, id, sick)
  const bad = checks.find(({ status }) => status === 'critical')
  if (bad !== undefined) throw checkFails(id, bad)
  const failing = checks.filter(({ status }) => status !== 'passing').map(({ name }) => name)
  return { up: { ...up, failing }, was: { ...was, passing: checks.map(({ name }) => name) } }
}

/** Of one that was not ready before it is only told. */
const bringUp = (context: WorkContext, { id, wasDown }: Repair, before: Before): Promise<Up> =>
  wasDown ? comeUp(context, id, before) : awaitUp(context, id, { before, failed: notReady(id) })

/** The machine's checks but for those that failed before, when they pass or their time is up. */
async function untilPassing(context: WorkContext, id: string, sick: readonly string[]) {
  const { clock, signal } = context
  const giveUp = clock.now() + CHECKS_MS
  for (;;) {
    const machine = await lookPatiently(context, id)
    const checks = machine.checks.filter(({ name }) => !sick.includes(name))
    const pass = checks.length > 0 && checks.every(({ status }) => status === 'passing')
    if (pass || clock.now() >= giveUp) return checks
    await clock.sleep(PAUSE_MS, signal)
  }
}

const notReady =
  (id: string) =>
  (state: string): Text =>
    tr(
      `After the repair the gateway of ${id} did not become ready (machine ${state}).`,
      `修復後 ${id} 的閘道未能就緒（機器 ${state}）。`,
    )

function checkFails(id: string, { name, output }: Machine['checks'][number]): OpsError {
  const said = truncate(withoutPrinted(output).replaceAll(/\s+/g, ' ').trim(), 160)
  return new OpsError(
    'not_ready',
    join(
      ' ',
      tr(
        `The gateway of ${id} is ready, but the check ${name} fails, and Fly would send it nobody.`,
        `${id} 的閘道已就緒，但檢查 ${name} 失敗，Fly 將不會轉送任何連線。`,
      ),
      said,
    ),
    {
      hint: tr(
        'Look at what the check was told, then at /openclaw doctor.',
        '請查看檢查得到的回應，再執行 /openclaw doctor。',
      ),
    },
  )
}

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
