import { isDeepStrictEqual } from 'node:util'
import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { isGiven } from '../private.ts'
import { type Block, code, fields, text } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { baseOf, type Change, planSet, planUnset, type Planned } from './change.ts'
import { unread } from './change-errors.ts'
import { damageOf } from './damage.ts'
import { parseConfig } from './parse.ts'
import { readConfig } from './read.ts'
import type { Reload } from './reload.ts'
import { isRefusedNow } from './refused.ts'
import { diffOf } from './shown.ts'
import { configMachine } from './target.ts'

/** What a confirmed job needs: edits of the file, or a version to be put back. */
export type ConfigPlan = {
  /** The gateway; null when it could not be learnt. The way back is proven by it only when it was. */
  readonly wasReady: boolean | null
  readonly nothing: boolean
  /** Only words and blanks differ: the gateway will not say a thing. */
  readonly quiet?: boolean
  /** The gateway refuses what is there now, so it may well run with just what comes back: then it says nothing. */
  readonly fromBroken?: boolean
} & (
  | { readonly kind: 'set' | 'unset'; readonly change: Change }
  | {
      readonly kind: 'restore'
      readonly change: Omit<Change, 'edits' | 'path'>
      readonly id: string
    }
)
export interface SetOptions {
  readonly path: string
  readonly value: string
}

/** What `config set` would do. */
export async function setPlan(context: WorkContext, { path, value }: SetOptions): Promise<Plan> {
  const base = await baseOf(context)
  const made = planSet(base, path, isGiven(value) ? null : value)
  const { app } = context
  const title = (what: string) => tr(`Set ${what} of ${app}?`, `要設定 ${app} 的 ${what} 嗎？`)
  return planOf(context, made, { kind: 'set', machine: base.machine, title })
}

/** What `config unset` would do. */
export async function unsetPlan(
  context: WorkContext,
  { path }: { readonly path: string },
): Promise<Plan> {
  const base = await baseOf(context)
  const made = planUnset(base, path)
  const { app } = context
  const title = (what: string) => tr(`Remove ${what} of ${app}?`, `要移除 ${app} 的 ${what} 嗎？`)
  return planOf(context, made, { kind: 'unset', machine: base.machine, title })
}

interface About {
  readonly kind: 'set' | 'unset'
  readonly machine: Machine
  readonly title: (path: string) => Text
}

async function planOf(
  context: WorkContext,
  { change, diff, notes }: Planned,
  { kind, machine, title }: About,
): Promise<Plan> {
  const wasReady = await readyNow(context, machine)
  const data: ConfigPlan = { kind, change, wasReady, nothing: diff === '' }
  return {
    title: title(change.path),
    blocks: changeBlocks({ diff, notes, reload: change.reload, wasReady }),
    fingerprint: JSON.stringify([change.machine, change.before, change.path]),
    data,
    ...(diff === '' && { nothing: true }),
  }
}

/** What `config restore` would do: the difference between now and then. */
export async function restorePlan(
  context: WorkContext,
  { id }: { readonly id: string },
): Promise<Plan> {
  const machine = await configMachine(context)
  const read = await readConfig(context, machine, { version: id })
  const { seen } = read
  if (!read.ok && (read.trouble !== 'missing' || seen === null)) throw unread(read)
  const kept = seen?.kept
  if (kept === null || kept === undefined) throw noVersion(id)
  const current = seen?.current ?? null
  const diff = diffOf(current, kept)
  const fresh = parsedOf(kept.text)
  const old = current && parsedOf(current.text)
  const risk =
    current && damageOf({ text: current.text, parsed: old }, { text: kept.text, parsed: fresh })
  const wasReady = await readyNow(context, machine)
  const before = read.ok ? read.sha256 : 'missing'
  const change = { machine: machine.id, before, reload: 'restart' as const }
  const marked = / \((?:1|2)\)/.test(diff)
  const quiet = !marked && fresh !== null && isDeepStrictEqual(fresh.value, old?.value)
  const data: ConfigPlan = {
    kind: 'restore',
    change,
    id,
    wasReady,
    nothing: diff === '',
    quiet,
    fromBroken: await isRefusedNow(context, machine, read),
  }
  const notes = [
    ...(risk === null ? [] : [risk.why]),
    ...(fresh === null ? [NO_JSON5] : []),
    ...(marked ? [MARKS] : []),
  ]
  return {
    title: tr(
      `Put version ${id} of the config of ${context.app} back?`,
      `要還原 ${context.app} 的設定版本 ${id} 嗎？`,
    ),
    blocks: changeBlocks({ diff, notes, reload: null, wasReady }),
    fingerprint: JSON.stringify([machine.id, before, id]),
    data,
    ...(diff === '' && { nothing: true }),
  }
}

const parsedOf = (words: string) => {
  const found = parseConfig(words)
  return found.ok ? found : null
}

const readyNow = async ({ app, gateway }: WorkContext, machine: Machine): Promise<boolean | null> =>
  (await gateway.probe(app, machine)).ready

interface Shown {
  readonly diff: string
  readonly notes: readonly Text[]
  readonly reload: Reload | null
  readonly wasReady: boolean | null
}

/** As long as a question may be, with room for its other words. */
const MOST_DIFF = 2400

function changeBlocks({ diff, notes, reload, wasReady }: Shown): readonly Block[] {
  const effect = wasReady === false ? NOT_UP : reload === null ? EITHER : EFFECTS[reload]
  return [
    ...(diff === '' ? [text(NOTHING)] : diffBlocks(diff)),
    fields([tr('Effect', '效果'), effect], [tr('Way back', '復原方式'), BACK]),
    ...notes.map((note) => text(note)),
  ]
}

const diffBlocks = (diff: string): readonly Block[] =>
  diff.length <= MOST_DIFF
    ? [code(diff, 'diff')]
    : [{ type: 'file', name: 'config.diff', content: diff, about: tr('What changes', '變更內容') }]

const EFFECTS: Readonly<Record<Reload, Text>> = {
  hot: tr('The gateway takes it over while it runs', '閘道會在執行中直接套用'),
  restart: tr(
    'The gateway restarts itself at once: about 6 s away, running work is interrupted',
    '閘道會立即自行重新啟動：約中斷 6 秒，進行中的工作會被打斷',
  ),
  off: tr(
    'None before the next start: gateway.reload.mode is off',
    '下次啟動前無效果：gateway.reload.mode 為 off',
  ),
}
const EITHER = tr(
  'The gateway takes it over while it runs, or restarts itself at once (about 6 s away) where keys of gateway differ',
  '閘道會在執行中直接套用；若 gateway 的鍵有變更，則會立即自行重新啟動（約中斷 6 秒）',
)
const NOT_UP = tr(
  'The gateway is not ready now; it counts from its next start',
  '閘道目前尚未就緒；下次啟動時生效',
)
const BACK = tr(
  'Refused by the gateway: the old file is put back. Later: config restore',
  '若被閘道拒絕：還原舊檔案。之後可用 config restore',
)
const NOTHING = tr('Nothing would change.', '不會有任何變更。')
const NO_JSON5 = tr(
  '⚠️ That version is no JSON5: the gateway will refuse it.',
  '⚠️ 該版本不是有效的 JSON5：閘道會拒絕它。',
)
const MARKS = tr(
  'Masked values that differ are marked (1) now, (2) then.',
  '不同的遮蔽值標示為 (1) 目前、(2) 還原後。',
)

const noVersion = (id: string): OpsError =>
  new OpsError('bad_input', tr(`There is no version ${id}.`, `沒有版本 ${id}。`), {
    hint: tr('/openclaw config history lists them.', '/openclaw config history 會列出所有版本。'),
  })
