import type { Plan } from '../command.ts'
import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { leaseWarning } from '../mutation/lease.ts'
import { updateSteps } from '../mutation/update.ts'
import { fields, text } from '../reply.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import { removedOf } from './kept.ts'
import { type Having, heldBy, holders, overall, removedFrom } from './look.ts'
import { type Proof, proveApplied } from './prove.ts'
import { type Target, targetsOf } from './targets.ts'
import { type Changed, vaultVersion } from './vault.ts'
import { restarts } from './words.ts'

export interface ApplyData {
  readonly targets: readonly Target[]
}

interface Wanting {
  readonly machines: readonly Machine[]
  readonly staged: readonly string[]
  readonly unknown: readonly string[]
  /** Taken out, and not from every machine for certain. */
  readonly removed: readonly string[]
  readonly marks: readonly unknown[]
}

/** Updates only machines that lack something, or may; where all is applied, nobody is asked and nothing restarts. */
export async function planApply(context: WorkContext): Promise<Plan> {
  const { app, fly } = context
  const all = await fly.machines(app)
  if (all.length === 0) throw noMachine(app)
  const { machines, staged, unknown, removed, marks } = await wantingOf(context, all)
  const targets = targetsOf(machines, all)
  return {
    title: tr(`Apply the secrets of ${app}?`, `要套用 ${app} 的密鑰嗎？`),
    blocks: [
      fields(
        [tr('Staged', '待套用'), staged.join(', ') || undefined],
        [tr('Perhaps staged', '可能待套用'), unknown.join(', ') || undefined],
        [tr('Taken out', '已移除'), removed.join(', ') || undefined],
      ),
      restarts(targets),
      ...[WORK, BACK, ...machines.flatMap(leaseWarning)].map(text),
    ],
    fingerprint: JSON.stringify([targets, marks]),
    data: { targets } satisfies ApplyData,
    nothing: targets.length === 0,
  }
}

const WORK = tr(
  'Work under way is interrupted. One machine after another; if one does not come back ready, the rest is left alone.',
  '進行中的工作會中斷。逐一進行；若有一部未能就緒，其餘不會變動。',
)
const BACK = tr(
  'The old values can’t be brought back: Fly gives none out.',
  '舊值無法還原：Fly 不會給出任何值。',
)

async function wantingOf(context: WorkContext, all: readonly Machine[]): Promise<Wanting> {
  const secrets = await context.fly.secrets(context.app)
  const names = secrets.map(({ name }) => name)
  const gone = Object.keys(await removedOf(context))
  const found = await holders(context, all, [...new Set([...names, ...gone])])
  const held = await heldBy(context, secrets, found)
  const removed = await removedFrom(context, names, found)
  const named = (having: Having) =>
    held.filter((one) => overall(one) === having).map(({ secret }) => secret.name)
  const lacks = (id: string) =>
    [...held, ...removed].some(({ machines }) =>
      machines.some((machine) => machine.id === id && machine.having !== 'applied'),
    )
  return {
    machines: all.filter(({ id }) => lacks(id)),
    staged: named('staged'),
    unknown: named('unknown'),
    removed: removed.filter((one) => overall(one) !== 'applied').map(({ name }) => name),
    marks: [secrets.map(({ name, digest, updatedAt }) => [name, digest, updatedAt]), gone],
  }
}

const noMachine = (app: string): OpsError =>
  new OpsError(
    'not_found',
    tr(`${app} has no machine to apply secrets to.`, `${app} 沒有可套用密鑰的機器。`),
    {
      hint: tr('The next machine that is made gets them.', '下一部建立的機器會取得這些密鑰。'),
    },
  )

/** What was seen of one machine; `updated` is one without a gateway, `wrong` one whose process was seen with something else. */
export interface Applied {
  readonly id: string
  readonly state: 'proven' | 'unproven' | 'wrong' | 'updated' | 'stopped'
  readonly why: Text | null
  /** Secrets that were set elsewhere: that the process has them was seen, but not whether with the newest value. */
  readonly unseen: readonly string[]
}
export interface ApplyResult {
  readonly app: string
  readonly machines: readonly Applied[]
}

interface Before {
  readonly version: number | null
  readonly boots: Readonly<Record<string, string | null>>
}

const live = ({ up, gateway }: Target): boolean => up && gateway

export async function runApply(context: WorkContext, { targets }: ApplyData): Promise<ApplyResult> {
  const { app } = context
  if (targets.length === 0) return { app, machines: [] }
  const steps = [
    beforeStep(context, targets),
    ...targets.flatMap((one) => machineSteps(context, one)),
  ]
  const recall = await context.steps(
    tr(`Applying the secrets of ${app}`, `正在套用 ${app} 的密鑰`),
    steps,
  )
  return { app, machines: targets.map((target) => appliedOf(target, recall)) }
}

const beforeStep = (context: WorkContext, targets: readonly Target[]): Step => ({
  id: 'before',
  label: tr('Learn the vault’s newest version', '取得密鑰庫的最新版本'),
  do: async (): Promise<Before> => {
    const { app, fly, gateway } = context
    const boots: Record<string, string | null> = {}
    for (const { id } of targets.filter(live))
      boots[id] = (await gateway.probe(app, await fly.machine(app, id))).bootId
    const { version }: Changed = await vaultVersion(context)
    return { version, boots }
  },
})

/** No way back: an update with the config of before would start with the new secrets all the same. */
function machineSteps(context: WorkContext, target: Target): readonly Step[] {
  const { id, version } = target
  const update = updateSteps(context, {
    id,
    version,
    label: tr(`Update ${id} with them`, `以這些密鑰更新 ${id}`),
    mutate: (config) => config,
    minSecretsVersion: (recall) => (recall('before') as Before).version ?? undefined,
  }).map((step): Step => {
    const { undo: _, ...rest } = step
    return rest
  })
  if (!live(target)) return update
  const prove: Step = {
    id: `prove.${id}`,
    proof: true,
    label: tr(`See that ${id} is ready and has them`, `確認 ${id} 已就緒並取得密鑰`),
    do: (recall) => proveApplied(context, id, (recall('before') as Before).boots[id] ?? null),
  }
  return [...update, prove]
}

function appliedOf(target: Target, recall: Recall): Applied {
  const { id, up, gateway } = target
  if (!up) return { id, state: 'stopped', why: null, unseen: [] }
  if (!gateway) return { id, state: 'updated', why: null, unseen: [] }
  const { why, unseen, proven } = recall(`prove.${id}`) as Proof
  return { id, state: proven ? 'proven' : 'unproven', why, unseen }
}
