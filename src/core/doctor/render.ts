import type { Finding } from '../checks/finding.ts'
import { type Action, type Block, type Reply, reply, text } from '../reply.ts'
import { join, say, type Text, tr } from '../text.ts'
import { ready, REPAIR } from './check.ts'
import { CURES, cureName } from './cures.ts'
import type { Diagnosed, Diagnosis } from './diagnose.ts'
import type { DoctorResult } from './result.ts'

/** What fits on one screen in full; the rest follows, a line each. */
const IN_FULL = 5
const BUTTONS = 4

const MARK: Readonly<Record<Finding['severity'], string>> = {
  critical: '🔴',
  warning: '🟡',
  info: '🔵',
}

/** The worst first, each with what it rests on and what cures it; then what is not known, then what is well. */
export function renderDoctor(result: DoctorResult): Reply {
  if (result.kind === 'one') return renderOne(result)
  const { findings } = result
  const rest = findings.slice(IN_FULL)
  return reply[toneOf(result)](
    headline(result),
    [
      ...findings.slice(0, IN_FULL).map(inFull),
      ...(rest.length === 0 ? [] : [inShort(rest)]),
      ...unknownBlocks(result),
      ...(result.passed.length === 0 ? [] : [passedBlock(result)]),
    ],
    { actions: actions(result.app, findings) },
  )
}

function toneOf({ findings, unknown }: Diagnosis) {
  if (findings.some(({ severity }) => severity === 'critical')) return 'error'
  if (findings.some(({ severity }) => severity === 'warning') || unknown.length > 0) return 'warn'
  return 'ok'
}

/** A check with two findings is one that failed. */
function headline({ app, findings, unknown, passed }: Diagnosis): Text {
  const failed = new Set(findings.map(({ check }) => check)).size
  if (failed + unknown.length === 0)
    return tr(
      `${app}: all ${passed.length} checks passed`,
      `${app}：${passed.length} 項檢查全部通過`,
    )
  return tr(
    `${app}: ${failed} of ${failed + passed.length + unknown.length} checks failed, ${passed.length} passed, ${unknown.length} unknown`,
    `${app}：${failed + passed.length + unknown.length} 項檢查中 ${failed} 項未通過，${passed.length} 項通過，${unknown.length} 項未知`,
  )
}

function inFull(found: Diagnosed): Block {
  const { severity, check, evidence, fix, hint } = found
  return text(
    join(
      '\n',
      join(' ', MARK[severity], `${check}:`, found.text),
      evidence === null ? '' : join('', '   ', tr('Seen: ', '依據：'), evidence),
      fix === null ? '' : join('', '   ', CURE, `/${fix}`),
      hint === null ? '' : join('', '   ', hint),
    ),
  )
}

const CURE = tr('Cure: ', '處理：')
const shortCure = ({ fix, hint }: Diagnosed): Text => (fix === null ? (hint ?? '') : `/${fix}`)

const inShort = (rest: readonly Diagnosed[]): Block =>
  text(
    join(
      '\n',
      ...rest.map((found) =>
        join(' ', MARK[found.severity], `${found.check}:`, found.text, shortCure(found)),
      ),
    ),
  )

/** One line a reason: most of what is unknown is so for the same one. */
function unknownBlocks({ unknown }: Diagnosis): readonly Block[] {
  const reasons = new Map<string, { readonly why: Text; readonly checks: string[] }>()
  for (const { check, why } of unknown) {
    const key = say(why, 'en')
    const same = reasons.get(key) ?? { why, checks: [] }
    same.checks.push(check)
    reasons.set(key, same)
  }
  return [...reasons.values()].map(({ why, checks }) =>
    text(
      tr(
        `❔ Unknown: ${checks.join(', ')}. ${say(why, 'en')}`,
        `❔ 未知：${checks.join('、')}。${say(why, 'zh-TW')}`,
      ),
    ),
  )
}

/** By the first word of the ids: fifty of them are no help to anybody. */
function passedBlock({ passed }: Diagnosis): Block {
  const groups = Map.groupBy(passed, (id) => id.split('.')[0] ?? id)
  const words = [...groups].map(([name, ids]) =>
    ids.length > 1 ? `${name} (${ids.length})` : name,
  )
  return text(tr(`✅ Passed: ${words.join(', ')}`, `✅ 通過：${words.join('、')}`))
}

/** The cures with their arguments filled in, each command once; what they change they ask about themselves. */
function actions(app: string, findings: readonly Diagnosed[]): readonly Action[] {
  const cures = new Map<string, Action>()
  for (const found of inOne(findings)) {
    const action = cureAction(app, found)
    if (action !== undefined && found.run !== null && !cures.has(found.run.command))
      cures.set(found.run.command, action)
  }
  const again: Action = {
    label: tr('Doctor', '診斷'),
    style: 'neutral',
    intent: { do: 'run', command: 'openclaw doctor', input: { app } },
  }
  return [...[...cures.values()].slice(0, BUTTONS), again]
}

/** Several parts of one machine's config are put right at once: each alone would be a reboot of its own. */
const inOne = (findings: readonly Diagnosed[]): readonly Diagnosed[] =>
  findings.map((found) => {
    const { run } = found
    if (!isRepair(run)) return found
    const { machine = '', what } = run.input
    const more = findings.some(
      (other) =>
        isRepair(other.run) &&
        other.run.input['machine'] === machine &&
        other.run.input['what'] !== what,
    )
    return more ? { ...found, run: ready(REPAIR, { machine, what: 'all' }) } : found
  })

const isRepair = (run: Diagnosed['run']): run is NonNullable<Diagnosed['run']> =>
  run?.command === `openclaw ${REPAIR}`

function cureAction(app: string, { run, severity }: Diagnosed): Action | undefined {
  if (run === null) return undefined
  const { command, input } = run
  return {
    label: CURES[cureName(command)]?.label ?? cureName(command),
    style: severity === 'critical' ? 'primary' : 'neutral',
    intent: { do: 'run', command, input: { app, ...input } },
  }
}

/** Said when the cure could not be handed over: it wants a value of its own, asks nobody, or there is none. */
function renderOne(result: Extract<DoctorResult, { kind: 'one' }>): Reply {
  const { app, check, state, findings, why } = result
  const [first] = findings
  if (first === undefined)
    return state === 'passed'
      ? reply.ok(tr(`${app}: ${check} is well`, `${app}：${check} 正常`), [
          text(tr('There is nothing to cure.', '沒有需要處理的事項。')),
        ])
      : reply.warn(tr(`${app}: ${check} is unknown`, `${app}：${check} 未知`), [
          text(join(' ', tr('Nothing was done.', '未執行任何動作。'), why ?? '')),
        ])
  const cure = cureAction(app, first)
  const next =
    cure === undefined
      ? tr('No command of the bot cures this.', '機器人沒有可處理此問題的指令。')
      : tr('Press the button to run the cure.', '按下按鈕以執行處理。')
  return reply.warn(tr(`${app}: ${check}`, `${app}：${check}`), [inFull(first), text(next)], {
    actions: cure === undefined ? [] : [cure],
  })
}
