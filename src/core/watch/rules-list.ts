import type { ChatContext } from '../context.ts'
import type { Incident } from '../oncall/incident.ts'
import { type Block, fields, reply, type Reply, table, text } from '../reply.ts'
import { duration, join, type Text, tr, utc } from '../text.ts'
import { DETECTORS } from './detectors.ts'
import { findNoGraphs, noGraphsHint, type NoGraphs } from '../oncall/no-graphs.ts'
import { detectorOf } from './rule-input.ts'
import { isWatching, readSettings, type RuleSettings } from './rule-settings.ts'
import { commandWords, onWords, ruleFields, thresholdWords } from './rule-words.ts'
import { SIGHTS, type SightSeen } from './seen-at.ts'
import { ruleOf } from './to-alerts.ts'

/** So many apps are told of by name. */
const APPS_MAX = 5

/** One detector as it is set; field names are those of `--json`. */
interface ListedRule {
  readonly id: string
  readonly on: boolean
  readonly threshold: number | null
  readonly unit: string | null
  readonly default: number | null
  readonly command: string | null
  readonly lastFiredAt: number | null
}
export interface ListedRules {
  readonly watching: boolean
  readonly rules: readonly ListedRule[]
  /** When each app was seen last; null where it never was. */
  readonly apps: ReadonlyArray<{
    readonly app: string
    readonly seenAt: number | null
    readonly blind: boolean
    /** When its log was read last, and from read to read at most where logs are read in turn; null where each look reads it. */
    readonly logAt: number | null
    readonly logEveryMs: number | null
    /** What a look before the last one found and could not be handed in. */
    readonly untold: number
  }>
  readonly settings: RuleSettings
  /** Why cards have no memory graph, where that is so. */
  readonly noGraphs?: NoGraphs | null
  readonly now: number
}

type Asked = Pick<ChatContext, 'store' | 'clock' | 'apps' | 'may'> & {
  readonly oncall?: Pick<NonNullable<ChatContext['oncall']>, 'list'> | undefined
}

export async function listRules(
  context: Asked,
  { id }: { readonly id?: string | undefined },
): Promise<ListedRules> {
  const { store, oncall, clock, apps, may } = context
  const wanted = [(id === undefined ? undefined : detectorOf(id)) ?? DETECTORS].flat()
  const [settings, incidents] = await Promise.all([readSettings(store), oncall?.list() ?? []])
  const rules = Object.fromEntries(
    Object.entries(settings).map(([name, { on = true, threshold }]) => [
      name,
      { on, ...(threshold !== undefined && { threshold }) },
    ]),
  )
  const shown = apps.filter((app) => may('viewer', app)).slice(0, APPS_MAX)
  const seen = await Promise.all(shown.map((app) => store.get(SIGHTS, app)))
  return {
    watching: isWatching(settings),
    rules: wanted.map((detector) => ({
      id: detector.id,
      on: ruleOf(detector, rules).on,
      threshold: detector.threshold === null ? null : ruleOf(detector, rules).threshold,
      unit: detector.threshold?.unit ?? null,
      default: detector.threshold?.default ?? null,
      command: settings[detector.id]?.command?.line ?? null,
      lastFiredAt: lastFired(incidents, detector.id, may),
    })),
    apps: shown.map((app, n) => seenOf(app, seen[n] as SightSeen | undefined)),
    settings,
    noGraphs: await findNoGraphs(store, shown),
    now: clock.now(),
  }
}

const seenOf = (app: string, found: SightSeen | undefined) => ({
  app,
  seenAt: found?.sight?.at ?? null,
  blind: found?.sight?.machines.known === false,
  logAt: found?.sight?.logs.known === true ? found.sight.logs.at : null,
  logEveryMs: found?.logsEveryMs ?? null,
  untold: (found?.telling ?? []).filter(({ at }) => at < (found?.sight?.at ?? 0)).length,
})

/** Several rules may have fired for one incident, which is called after the first. */
function lastFired(
  incidents: readonly Incident[],
  rule: string,
  may: ChatContext['may'],
): number | null {
  const times = incidents
    .filter(({ source, app }) => source === 'watch' && may('viewer', app))
    .flatMap((one) => {
      const own = one.alerts.filter((alert) => alert.rule === rule)
      if (own.length === 0 && one.rule !== rule) return []
      return [Math.max(one.openedAt, ...own.map(({ since }) => since))]
    })
  return times.length === 0 ? null : Math.max(...times)
}

export function renderRules(listed: ListedRules): Reply {
  const { watching, rules, settings, noGraphs, now } = listed
  const [only] = rules
  const blocks = rules.length === 1 && only !== undefined ? one(only, settings) : all(listed)
  const title = watching
    ? tr('What I look out for', '監看項目')
    : tr('The look-out is off', '監看已關閉')
  const hint = noGraphs ? [noGraphsHint(noGraphs)] : []
  const next = watching ? hint : [text(SWITCH_ON), ...hint]
  return (watching ? reply.info : reply.warn)(title, [...blocks, apps(listed, now), ...next])
}
const SWITCH_ON = tr(
  'Switch it on with /oncall rule watch on.',
  '請以 /oncall rule watch on 開啟。',
)

function one({ id, lastFiredAt }: ListedRule, settings: RuleSettings): readonly Block[] {
  const detector = detectorOf(id)
  const setting = settings[id] ?? { by: '', at: 0 }
  return [
    ...(detector === undefined ? [] : [text(detector.doc)]),
    ruleFields(detector, setting),
    fields([LAST, lastFiredAt === null ? NEVER : utc(lastFiredAt)]),
  ]
}

const LAST = tr('Last fired', '最近觸發')
const NEVER = tr('not within 30 days', '30 天內未觸發')

function all({ rules, settings, now }: ListedRules): readonly Block[] {
  const rows = rules.map(({ id, on, lastFiredAt }) => [
    id,
    onWords(on),
    thresholdWords(detectorOf(id), settings[id]),
    lastFiredAt === null ? '–' : ago(now - lastFiredAt),
  ])
  const commands = rules.flatMap(({ id }) => {
    const command = settings[id]?.command
    return command === undefined ? [] : [[id, commandWords(command)] as const]
  })
  return [
    table([tr('Rule', '規則'), '', tr('Threshold', '門檻'), tr('Last fired', '最近觸發')], rows),
    ...(commands.length === 0 ? [] : [fields(...commands)]),
  ]
}

const ago = (ms: number): Text => join('', duration(ms), tr(' ago', '前'))

function apps({ apps: seen }: ListedRules, now: number): Block {
  return fields(
    ...seen.map(({ app, seenAt, blind, logAt, logEveryMs, untold }) => {
      if (seenAt === null) return [app, tr('not seen yet', '尚未監看')] as const
      const when = join('', blind ? BLIND : SEEN, ago(now - seenAt))
      const log = logEveryMs === null ? '' : logWords(logAt, { everyMs: logEveryMs, now })
      return [app, join('', when, log, untold === 0 ? '' : untoldWords(untold))] as const
    }),
  )
}

const logWords = (
  at: number | null,
  { everyMs, now }: { readonly everyMs: number; readonly now: number },
): Text =>
  join(
    '',
    tr('; log looked at every ', '；日誌每 '),
    duration(everyMs),
    ...(at === null
      ? [tr(', not yet', '查看一次，尚未查看')]
      : [tr(' (last ', '查看一次（上次 '), ago(now - at), tr(')', '）')]),
  )
const untoldWords = (count: number): Text =>
  tr(
    `; alerts that could not be written down and are tried again at each look: ${count}, the bot’s log says why`,
    `；無法寫入、每次監看都會重試的警示：${count} 則，原因見機器人的日誌`,
  )
const SEEN = tr('seen ', '最近監看：')
const BLIND = tr('can’t be seen; asked ', '無法讀取，最近查詢：')
