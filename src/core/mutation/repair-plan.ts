import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { LeaseHolder, Machine, MachineConfig } from '../fly.ts'
import { askedPaths } from '../health-pages.ts'
import {
  fieldChanges,
  type FieldChange,
  hindrance,
  isStateNamed,
  type Part,
  PARTS,
  repaired,
  stateElsewhere,
  stateOffVolume,
  wrongParts,
} from '../repairs.ts'
import { type Block, table, text } from '../reply.ts'
import { taggedVersion } from '../services.ts'
import { join, type Text, tr } from '../text.ts'
import { commandTarget, marked } from './command-plan.ts'
import { isUp, settledNow } from './kept.ts'
import { leaseWarning } from './lease.ts'
import { stateWarnings } from './repair-state.ts'
import { refuseOwn } from './sharers.ts'

export interface RepairOptions {
  readonly machine?: string | undefined
  readonly what?: Part | 'all' | undefined
}

/** What the run needs of a plan. */
export interface Repair {
  readonly id: string
  readonly version: string
  readonly started: boolean
  /** What is put right; empty where nothing is wrong. */
  readonly parts: readonly Part[]
  readonly changes: readonly FieldChange[]
  /** Wrong, and left alone. */
  readonly left: readonly Text[]
  /** Not known, so neither found nor ruled out. */
  readonly open: readonly Text[]
  /** Of the gateway; null where it is not known. */
  readonly release: string | null
  /** Lies on the machine's own disk now, which an update empties; null where that is not touched. */
  readonly lost: string | null
  readonly lease: LeaseHolder | null
  readonly wasReady: boolean
  /** It was seen not ready before, so that not being ready afterwards is no reason to take the repair back. */
  readonly wasDown: boolean
  /** Checks that did not pass before, by no doing of ours. */
  readonly failing: readonly string[]
}

type Reachable = Machine & { readonly config: MachineConfig }

/** The fields that change, before and after, and what that does; what can't be put right here is named with what to do instead. */
export async function planRepair(context: WorkContext, options: RepairOptions): Promise<Plan> {
  const { app, fly, phase } = context
  const machine = settledNow(commandTarget(await fly.machines(app), options.machine))
  const { id, version, state, lease } = machine
  refuseOwn(context, id)
  const repair = await repairOf(context, machine, wanted(options))
  const { parts, changes, left, open, lost } = repair
  const [hindered] = left
  if (parts.length === 0 && hindered !== undefined)
    throw new OpsError('conflict', hindered, { hint: UNCHANGED })
  const moved =
    lost === null || phase === 'run'
      ? []
      : await stateWarnings(context, machine, { ...repair, lost })
  return {
    title: tr(`Repair ${id} of ${app}?`, `要修復 ${app} 的 ${id} 嗎？`),
    blocks: [
      changeTable(changes),
      ...moved,
      ...[...[...left, ...open].map(marked), ...leaseWarning(machine), away(repair)].map(text),
    ],
    fingerprint: JSON.stringify([id, version, state, lease?.owner, lease?.description, changes]),
    data: repair,
    ...(parts.length === 0 && { nothing: true }),
  }
}

const UNCHANGED = tr('Nothing was changed.', '沒有變更任何東西。')

const wanted = ({ what = 'all' }: RepairOptions): readonly Part[] =>
  what === 'all' ? PARTS : [what]

async function repairOf(
  { app, gateway }: WorkContext,
  machine: Reachable,
  asked: readonly Part[],
): Promise<Repair> {
  const { id, version, lease, config } = machine
  const started = isUp(machine)
  const report = started ? await gateway.probe(app, machine) : null
  const release = report?.version ?? taggedVersion(config)
  const state = asked.includes('state') ? await stateOff({ app, gateway }, machine) : { off: null }
  const found = new Set(wrongParts(machine, release))
  if (state.off !== null) found.add('state')
  const wrong = PARTS.filter((part) => asked.includes(part) && found.has(part))
  const parts = wrong.filter((part) => hindrance(part, machine) === undefined)
  return {
    id,
    version,
    started,
    parts,
    changes: fieldChanges(config, repaired(config, { parts, version: release })),
    left: wrong.flatMap((part) => hindrance(part, machine) ?? []),
    open: [
      ...('why' in state ? [stateUnknown(id, state.why)] : []),
      ...(asked.includes('checks') && release === null && asksPages(machine) ? [pages(id)] : []),
    ],
    release,
    lost: started && parts.includes('state') ? state.off : null,
    lease,
    wasReady: report?.ready === true,
    wasDown: report?.ready === false,
    failing: machine.checks.filter(({ status }) => status !== 'passing').map(({ name }) => name),
  }
}

/** Where the state lies that is on no volume: by the config, or where that names nothing by a look inside; why that is not known. */
async function stateOff(
  { app, gateway }: Pick<WorkContext, 'app' | 'gateway'>,
  machine: Reachable,
): Promise<{ readonly off: string | null; readonly why?: Text }> {
  const { config } = machine
  if (isStateNamed(config)) return { off: stateOffVolume(config) }
  if (!isUp(machine)) return { off: null, why: AT_REST }
  const inside = await gateway.inspect(app, machine)
  if (!inside.known) return { off: null, why: inside.why }
  return inside.stateDir === undefined
    ? { off: null, why: NO_PROCESS }
    : { off: stateElsewhere(config, inside.stateDir) }
}

const AT_REST = tr('It is not running.', '它未在執行。')
const NO_PROCESS = tr('No gateway of its own was seen there.', '未在其中看到閘道程序。')

const stateUnknown = (id: string, why: Text): Text =>
  join(
    ' ',
    tr(
      `Where ${id} keeps its state is not known, for its config does not name it:`,
      `無法得知 ${id} 的狀態存放於何處，因為其設定未指定：`,
    ),
    why,
  )

const asksPages = (machine: Reachable): boolean => askedPaths(machine.config).length > 0

const pages = (id: string): Text =>
  tr(
    `Which release ${id} runs is not known, so whether it has the pages its checks ask is not, either.`,
    `無法得知 ${id} 執行的版本，因此也無法得知其檢查的頁面是否存在。`,
  )

/** Before and after, a row a field. */
export const changeTable = (changes: readonly FieldChange[]): Block =>
  table(
    [tr('Field', '欄位'), tr('Before', '之前'), tr('After', '之後')],
    changes.map(({ field, before, after }) => [field, before, after]),
  )

const away = ({ id, started, wasDown, parts }: Repair): Text =>
  join(
    ' ',
    started
      ? tr(
          `${id} reboots: the gateway and its channels are away for 30 s to 2 min.`,
          `${id} 會重新開機：閘道與頻道將中斷 30 秒到 2 分鐘。`,
        )
      : tr(
          `${id} is not running and stays so; it counts from its next start.`,
          `${id} 未在執行並維持原狀；下次啟動時生效。`,
        ),
    ...(started ? [wasDown ? NOT_READY : BACK] : []),
    ...(started && parts.includes('checks') ? [CHECKED] : []),
  )

const BACK = tr(
  'If it is not ready afterwards, the old config comes back by itself.',
  '若之後未能就緒，會自動恢復舊設定。',
)
const CHECKED = tr(
  'So it does if the gateway is ready and the new check fails.',
  '若閘道就緒但新的檢查失敗，亦會恢復。',
)
const NOT_READY = tr(
  'Its gateway is not ready now; the repair stays even if it is not ready afterwards.',
  '目前閘道未就緒；即使之後仍未就緒，修復也會保留。',
)
