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
import { drillAlerts, looksOf } from './drill-looks.ts'
import { OPEN } from './incident-act.ts'
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

/** What the first look finds: with it the incident begins. */
export function drillAlert(
  scenario: Scenario,
  { group, since, calls }: { group: string; since: number; calls: boolean },
): Alert {
  const [first] = drillAlerts(recordingOf(scenario), { since, now: since })
  if (first === undefined) throw new TypeError(`No detector finds ${scenario}.`)
  return asDrill(first, { group, calls })
}

/** About no app that is looked after here: nothing of it leads to one, keeps another incident quiet or lets a rule run a command. */
function asDrill(
  { down: _down, ...alert }: Alert,
  { group, calls }: Pick<Incident, 'group'> & { readonly calls: boolean },
): Alert {
  const simulated = [tr('Simulated', '模擬對象'), `${DRILL_APP}, ${DRILL_MACHINE}`] as const
  return {
    ...alert,
    source: 'drill',
    key: `${group}:${alert.rule}`,
    group,
    app: null,
    machine: null,
    fix: null,
    evidence: [simulated, ...alert.evidence],
    calls,
  }
}

/** What the looks that are due by now tell; told again it changes nothing. */
export function dueAlerts(incident: Incident, now: number): readonly Alert[] {
  const found = recorded(incident)
  if (found === undefined || incident.state === 'resolved') return []
  const { group, openedAt, told, calls = false } = incident
  return drillAlerts(found, { ...spanOf(incident), now })
    .map((alert) => asDrill(alert, { group, calls }))
    .filter(({ key, at }) => at > openedAt || !told.some((one) => one.key === key))
}

const spanOf = ({ openedAt, drill }: Incident) => ({ since: openedAt, ...drill })

/** Somebody has pressed the cure: it is over when a look finds nothing any more. A second press changes nothing. */
export function cure(incident: Incident, by: By, { now }: Pick<Around, 'now'>): Incident {
  const found = recorded(incident)
  if (found === undefined || incident.state === 'resolved' || incident.drill) return incident
  const begun = { ...incident, drill: { curedAt: now } }
  return line(begun, { at: now, what: 'began', by: by.name, text: found.cure.what })
}

/** When it is looked at next. */
export function drillDueAt(incident: Incident, now: number): number | null {
  const found = recorded(incident)
  if (found === undefined || incident.state === 'resolved') return null
  return looksOf(found, spanOf(incident)).find((at) => at > now) ?? endsAt(incident, found)
}

/** The last look after a cure; without one nobody waits for ever. */
const endsAt = (incident: Incident, found: Recording): number =>
  (incident.drill && looksOf(found, spanOf(incident)).at(-1)) ?? incident.openedAt + LASTS_MS

/** Given up: nobody began the cure in time, or after it the trouble was still found. */
export function drillEnded(incident: Incident, { now, rules }: Around): Incident {
  const found = recorded(incident)
  if (found === undefined || incident.state === 'resolved') return incident
  if (now < endsAt(incident, found)) return incident
  const over: Incident = {
    ...incident,
    ...OPEN,
    state: 'resolved',
    resolvedAt: now,
    watchUntil: now + rules.reopenMs,
  }
  return line(over, { at: now, what: 'gave-up', by: null })
}

/** Once a drill is over, how long it took. */
export function drillTimed(incident: Incident, { now }: Around): Incident {
  const over = scenarioOf(incident) !== undefined && incident.state === 'resolved'
  if (!over || incident.log.some(({ what }) => what === 'drilled')) return incident
  return line(incident, { at: now, what: 'drilled', by: null, text: timesOf(incident) })
}

/** How long it took until it was noticed, until somebody had it, and until it was over; null where that never came. In ms. */
export function drillTimes({ openedAt, log, resolvedAt }: Incident) {
  const acked = log.find(({ what }) => what === 'acked')
  const gaveUp = log.some(({ what }) => what === 'gave-up')
  const fired = log.find(({ what }) => what === 'fired')
  return {
    noticedMs: fired ? openedAt - fired.at : null,
    by: acked?.by ?? null,
    ackMs: acked ? acked.at - openedAt : null,
    recoveryMs: resolvedAt === null || gaveUp ? null : resolvedAt - openedAt,
  }
}

function timesOf(incident: Incident): Text {
  const { noticedMs, by, ackMs, recoveryMs } = drillTimes(incident)
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
  const noticed = noticedMs ?? 0
  return tr(
    `The drill is over: noticed ${long(noticed, 'en')} after it began; ${ackEn}; ${overEn}.`,
    `演練結束：發生 ${long(noticed, 'zh-TW')}後察覺；${ackZh}；${overZh}。`,
  )
}
