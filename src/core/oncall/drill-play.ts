import { duration, say, type Text, tr } from '../text.ts'
import type { Alert } from './alert.ts'
import {
  DRILL_APP,
  DRILL_MACHINE,
  type Recording,
  recordingOf,
  SCENARIOS,
  type Scenario,
} from './drill-recordings.ts'
import type { Around, By, Incident } from './incident.ts'
import { line } from './incident-line.ts'

/** A drill that nobody ends is over after this long. */
const LASTS_MS = 1_800_000

/** Which recording an incident plays; nothing for a real one. */
export function scenarioOf({
  source,
  group,
}: Pick<Incident, 'source' | 'group'>): Scenario | undefined {
  if (source !== 'drill') return undefined
  return SCENARIOS.find((scenario) => group.startsWith(`drill:${scenario}:`))
}

const recorded = (incident: Incident): Recording | undefined => {
  const scenario = scenarioOf(incident)
  return scenario && recordingOf(scenario)
}

/** A moment of a recording as the alert that was told then. About no app that is looked after here. */
export function drillAlert(
  scenario: Scenario,
  { n, group, since, calls }: { n: number; group: string; since: number; calls: boolean },
): Alert {
  const { moments } = recordingOf(scenario)
  const { rule, title, text, severity, evidence, afterMs } = moments[n] ?? moments[0]
  return {
    source: 'drill',
    key: `${group}:${n}`,
    group,
    status: 'firing',
    severity,
    app: null,
    machine: null,
    title,
    text,
    evidence: [[tr('Simulated', '模擬對象'), `${DRILL_APP}, ${DRILL_MACHINE}`], ...evidence],
    rule,
    fix: null,
    links: [],
    since: since + afterMs,
    at: since + afterMs,
    calls,
  }
}

/** Alerts of the recording that are due by now and were not told yet. */
export function dueAlerts(incident: Incident, now: number): readonly Alert[] {
  const scenario = scenarioOf(incident)
  if (scenario === undefined || incident.state === 'resolved') return []
  const { group, openedAt, calls = false, drill } = incident
  if (drill?.curedAt !== undefined) return []
  return recordingOf(scenario)
    .moments.map((_, n) => drillAlert(scenario, { n, group, since: openedAt, calls }))
    .filter(({ key, at }) => at <= now && !incident.told.some((one) => one.key === key))
}

/** Somebody has pressed the cure: it takes as long as it took then. A second press changes nothing. */
export function cure(incident: Incident, by: By, { now }: Pick<Around, 'now'>): Incident {
  const found = recorded(incident)
  if (found === undefined || incident.state === 'resolved' || incident.drill) return incident
  const begun = { ...incident, drill: { curedAt: now } }
  return line(begun, { at: now, what: 'began', by: by.name, text: found.cure.what })
}

/** When the recording goes on by itself. */
export function drillDueAt(incident: Incident): number | null {
  const found = recorded(incident)
  if (found === undefined || incident.state === 'resolved') return null
  const { openedAt, drill, told } = incident
  if (drill) return drill.curedAt + found.cure.takesMs
  const next = found.moments[told.length]
  return openedAt + (next?.afterMs ?? LASTS_MS)
}

/** What a drill ends with by itself: cured, or given up. */
export function drillEnded(incident: Incident, { now, rules }: Around): Incident {
  const found = recorded(incident)
  if (found === undefined || incident.state === 'resolved') return incident
  const { openedAt, drill } = incident
  const cured = drill !== undefined && now >= drill.curedAt + found.cure.takesMs
  if (!cured && now < openedAt + LASTS_MS) return incident
  const at = drill && cured ? drill.curedAt + found.cure.takesMs : now
  const over: Incident = {
    ...incident,
    state: 'resolved',
    resolvedAt: at,
    watchUntil: now + rules.reopenMs,
    escalation: null,
    remindAt: null,
    answerBy: null,
  }
  return line(over, { at, what: cured ? 'resolved' : 'gave-up', by: null })
}

/** Once a drill is over, how long it took. */
export function drillTimed(incident: Incident, { now }: Around): Incident {
  const over = scenarioOf(incident) !== undefined && incident.state === 'resolved'
  if (!over || incident.log.some(({ what }) => what === 'drilled')) return incident
  return line(incident, { at: now, what: 'drilled', by: null, text: timesOf(incident) })
}

/** How long it took until somebody had it, and until it was over; null where that never came. In ms. */
export function drillTimes({ openedAt, log, resolvedAt }: Incident) {
  const acked = log.find(({ what }) => what === 'acked')
  const gaveUp = log.some(({ what }) => what === 'gave-up')
  return {
    by: acked?.by ?? null,
    ackMs: acked ? acked.at - openedAt : null,
    recoveryMs: resolvedAt === null || gaveUp ? null : resolvedAt - openedAt,
  }
}

function timesOf(incident: Incident): Text {
  const { by, ackMs, recoveryMs } = drillTimes(incident)
  const long = (ms: number, locale: 'en' | 'zh-TW') => say(duration(ms), locale)
  const [ackEn, ackZh] =
    ackMs === null
      ? ['nobody acknowledged it', '沒有人確認']
      : [
          `acknowledged after ${long(ackMs, 'en')} by ${by}`,
          `${by} 在 ${long(ackMs, 'zh-TW')}後確認`,
        ]
  const [overEn, overZh] =
    recoveryMs === null
      ? ['not recovered', '未恢復']
      : [`recovered after ${long(recoveryMs, 'en')}`, `${long(recoveryMs, 'zh-TW')}後恢復`]
  return tr(`The drill is over: ${ackEn}; ${overEn}.`, `演練結束：${ackZh}；${overZh}。`)
}
