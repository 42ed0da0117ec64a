import { actorKey } from '../access.ts'
import type { WorkContext } from '../context.ts'
import { lookPatiently } from '../mutation/settle.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import { filled } from './change.ts'
import { valueText } from './edits.ts'
import { type Effect, watchEffect } from './effect.ts'
import { type FileNow, readAgain } from './again.ts'
import { notUp, refusedByGateway, reverted } from './outcome-errors.ts'
import type { ConfigPlan } from './plan.ts'
import type { Checked, ConfigChange } from './port.ts'
import { isSecretPath } from './secret-path.ts'
import { noteChange } from './who-changed.ts'
import { WRITE, type WriteDone, writeStep } from './write-step.ts'

/** What came of a change; no value and no digest in it. */
export interface ConfigResult {
  readonly kind: ConfigPlan['kind']
  readonly machine: string
  /** What was changed; null for a whole version. */
  readonly path: string | null
  /** What the history calls the file now, and the one before. */
  readonly id: string | null
  readonly before: string | null
  /** False when there was nothing to do. */
  readonly changed: boolean
  readonly checked: Checked
  readonly effect: Effect
  /** `rewritten`: the gateway has written the file since; its words are no longer those that were written. Null: not to be seen. */
  readonly file: FileNow
  /** For a later look. */
  readonly since: number
}

interface Options {
  readonly value?: string | undefined
}

/** Writes, watches what the gateway makes of it, and reads the file again. A refusal or a revert is a failure; the old file is back then. */
export async function runChange(
  context: WorkContext,
  options: Options,
  plan: unknown,
): Promise<ConfigResult> {
  const data = plan as ConfigPlan
  const path = data.kind === 'restore' ? null : data.change.path
  const base = { kind: data.kind, machine: data.change.machine, path }
  if (data.nothing) return { ...base, ...NOTHING }
  const recall = await context.steps(titleOf(context, data), stepsOf(context, data, options))
  const done = recall(WRITE) as WriteDone
  if (done.same === true) return { ...base, ...NOTHING }
  const { id, from, checked, at } = done
  return {
    ...base,
    id,
    before: from,
    changed: true,
    checked,
    effect: recall('effect') as Effect,
    file: (recall('again') as FileNow | undefined) ?? null,
    since: at,
  }
}

const NOTHING = {
  id: null,
  before: null,
  changed: false,
  checked: { by: null, why: 'none' },
  effect: { is: 'same' },
  file: 'same',
  since: 0,
} as const

const titleOf = ({ app }: WorkContext, data: ConfigPlan): Text =>
  data.kind === 'restore'
    ? tr(
        `Putting version ${data.id} of the config of ${app} back`,
        `正在還原 ${app} 的設定版本 ${data.id}`,
      )
    : tr(`Changing ${data.change.path} of ${app}`, `正在變更 ${app} 的 ${data.change.path}`)

function stepsOf(context: WorkContext, data: ConfigPlan, options: Options): readonly Step[] {
  const { machine, before } = data.change
  const write = { machine, before, wasReady: data.wasReady }
  return [
    noteStep(context, data),
    writeStep(context, write, () => changeOf(context, data, options)),
    {
      id: 'effect',
      proof: true,
      label: tr('See what the gateway makes of it', '查看閘道的處理結果'),
      do: (recall) => effectOf(context, data, recall(WRITE) as WriteDone),
    },
    {
      id: 'again',
      proof: true,
      label: tr('Read the file again', '再次讀取檔案'),
      do: (recall) => readAgain(context, machine, recall(WRITE) as WriteDone),
    },
  ]
}

/** Whose work it is, for the history; the machine learns nothing but the job's id. */
const noteStep = (context: WorkContext, data: ConfigPlan): Step => ({
  id: 'note',
  label: tr('Note who changes what', '記下變更者與內容'),
  do: async () => {
    const { app, job, actor, clock, store } = context
    const what = data.kind === 'restore' ? `restore ${data.id}` : `${data.kind} ${data.change.path}`
    await noteChange(store, {
      app,
      job,
      by: actor.name,
      who: actorKey(actor),
      what,
      at: clock.now(),
    })
    return null
  },
})

/** The value comes in at the last moment, and goes nowhere but to the machine. */
async function changeOf(
  context: WorkContext,
  data: ConfigPlan,
  { value }: Options,
): Promise<ConfigChange> {
  if (data.kind === 'restore') return { from: data.id }
  const { edits, path } = data.change
  if (data.kind === 'unset' || value === undefined) return { edits }
  const given = await context.given(value)
  return { edits: filled(edits, valueText(given.reveal(), isSecretPath(path))) }
}

async function effectOf(
  context: WorkContext,
  { change, wasReady, quiet = false, fromBroken = false }: ConfigPlan,
  done: WriteDone,
): Promise<Effect> {
  if (done.same === true) return { is: 'same' }
  if (wasReady === false) return { is: 'down' }
  if (quiet) return { is: 'same' }
  if (change.reload === 'off') return { is: 'later' }
  const machine = await lookPatiently(context, change.machine)
  const effect = await watchEffect(context, machine, { since: done.at, brief: fromBroken })
  if (effect.is === 'refused') throw refusedByGateway(effect.why)
  if (effect.is === 'reverted') throw reverted(effect.why)
  if (effect.is === 'restarted' && effect.ready === false) throw notUp(effect.why)
  return fromBroken && effect.is === 'unseen' && effect.logs ? { is: 'silent' } : effect
}
