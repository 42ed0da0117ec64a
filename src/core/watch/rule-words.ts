import { type Block, fields, table } from '../reply.ts'
import { duration, join, type Text, tr } from '../text.ts'
import type { Detector } from './detector.ts'
import type { RuleCommand, RuleSetting } from './rule-settings.ts'
import { UNITS } from './rule-threshold.ts'
import { ruleOf } from './to-alerts.ts'

const NONE = '–'
const ON = tr('on', '開啟')
const OFF = tr('off', '關閉')
export const onWords = (on: boolean): Text => (on ? ON : OFF)

/** `5 min`; a dash where the detector has none. */
export function thresholdWords(
  detector: Pick<Detector, 'id' | 'threshold'> | undefined,
  setting: Pick<RuleSetting, 'threshold'> | undefined,
): Text {
  if (!detector?.threshold) return NONE
  const rules = setting?.threshold === undefined ? {} : { [detector.id]: { on: true, ...setting } }
  const { threshold } = ruleOf(detector, rules)
  const unit = UNITS[detector.threshold.unit]
  return tr(`${threshold} ${unit.en}`, `${threshold} ${unit['zh-TW']}`)
}

/** `/restart (by itself; 30 min between, 3 an hour; as Ana)` */
export function commandWords(command: RuleCommand | undefined): Text {
  if (command === undefined) return NONE
  const { line, coolDownMs, perHour, actor } = command
  return join(
    '',
    `/${line} `,
    tr('(not again on the app within ', '（同一應用程式間隔 '),
    duration(coolDownMs),
    tr(
      `, ${perHour} an hour at most; in the name of ${actor.name})`,
      `，每小時最多 ${perHour} 次；以 ${actor.name} 的名義）`,
    ),
  )
}

const LABELS = {
  on: tr('Look-out', '監看'),
  threshold: tr('Threshold', '門檻'),
  command: tr('Runs by itself', '自動執行'),
} as const

const rowsOf = (
  detector: Detector | undefined,
  setting: RuleSetting | undefined,
): ReadonlyArray<readonly [Text, Text]> => [
  [LABELS.on, onWords(setting?.on ?? true)],
  ...(detector === undefined
    ? []
    : ([
        [LABELS.threshold, thresholdWords(detector, setting)],
        [LABELS.command, commandWords(setting?.command)],
      ] as const)),
]

export const ruleFields = (detector: Detector | undefined, setting: RuleSetting): Block =>
  fields(...rowsOf(detector, setting))

/** Before and after, a row each. */
export function ruleChanges(
  detector: Detector | undefined,
  before: RuleSetting | undefined,
  after: RuleSetting,
): Block {
  const old = rowsOf(detector, before)
  return table(
    ['', tr('Now', '目前'), tr('Then', '之後')],
    rowsOf(detector, after).map(([label, then], n) => [label, old[n]?.[1] ?? NONE, then]),
  )
}

export const turnedOff = (id: string): Text =>
  id === 'watch'
    ? tr(
        'Nothing is looked at by itself then; receivers and commands go on. What was told of stands until somebody resolves it.',
        '之後不再自動監看；接收來源與指令照常運作。先前的警示會保留到有人解決為止。',
      )
    : tr(
        'It tells of nothing more then, and what it told of counts as over.',
        '之後不再發出警示，先前的警示視為已結束。',
      )

export const BY_ITSELF = tr(
  'It runs once an incident, without a question: not while everything is frozen, during maintenance or a silence, or once somebody has acknowledged; never for words in a log alone. The card tells of each run, and the audit keeps it.',
  '每個事件執行一次，不再詢問：凍結、維護、靜音期間或已有人認領時不執行，也不會只因日誌文字而執行。每次執行都會顯示在卡片上並留下稽核紀錄。',
)
