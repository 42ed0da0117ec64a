import type { Alert } from '../oncall/alert.ts'
import { say, type Text } from '../text.ts'
import type { Detector, Judged, Rule, Rules, Standing, Trouble } from './detector.ts'
import { busy } from './moments.ts'
import type { Sight } from './sight.ts'

interface Judging {
  readonly after: Sight
  readonly now: number
  readonly rules: Rules
  /** What the judgement before left standing. */
  readonly standing: readonly Standing[]
}

/**
 * Runs the detectors and says what is new, what has changed and what is over. Over is only what was looked at since it was seen last and
 * was not there, and what a rule has switched off; what can't be looked at stands as it was. Pure.
 */
export function toAlerts(judging: Judging, detectors: readonly Detector[]): Judged {
  const { standing, after, now } = judging
  const found = detectors.flatMap((detector) => standingsOf(detector, judging))
  const keys = new Set(found.map(({ alert }) => alert.key))
  const missing = standing.filter(({ alert }) => !keys.has(alert.key))
  const over = missing.filter((one) => {
    const detector = detectors.find(({ id }) => id === one.alert.rule)
    if (detector === undefined || !ruleOf(detector, judging.rules).on) return true
    return wasLookedAt(one, after, detector)
  })
  const told = found.filter(({ alert }) => !isOld(alert, standing))
  return {
    alerts: [
      ...told.map(({ alert }) => alert),
      ...over.map(({ alert }): Alert => ({ ...alert, status: 'resolved', at: now })),
    ],
    standing: [...found, ...missing.filter((one) => !over.includes(one))],
  }
}

const isOld = (alert: Alert, standing: readonly Standing[]): boolean =>
  standing.some((one) => one.alert === alert)

export function ruleOf(
  { id, threshold }: Pick<Detector, 'id' | 'threshold'>,
  rules: Rules,
): Required<Rule> {
  const rule = Object.hasOwn(rules, id) ? rules[id] : undefined
  const on = rule?.on ?? true
  if (threshold === null) return { on, threshold: 0 }
  const wanted = rule?.threshold ?? threshold.default
  return { on, threshold: Math.min(threshold.max, Math.max(threshold.min, wanted)) }
}

function standingsOf(detector: Detector, judging: Judging): readonly Standing[] {
  const { after, now, rules, standing } = judging
  const { on, threshold } = ruleOf(detector, rules)
  if (!on) return []
  const { patienceMs } = detector
  const waits = patienceMs !== undefined && busy(after, now, patienceMs)
  return detector.detect({ after, now, threshold }).flatMap((trouble) => {
    const needs = trouble.needs ?? detector.needs
    const alert = alertOf(trouble, detector, { app: after.app, now })
    const prior = standing.find((one) => one.alert.key === alert.key)
    if (waits && prior === undefined) return []
    const seen = Object.fromEntries(needs.map((name) => [name, after[name].at]))
    const { from, past } = trouble
    const rest = { from, needs, seen, ...(past && { past }) }
    if (prior === undefined) return [{ alert, ...rest }]
    const kept = { ...alert, since: Math.min(prior.alert.since, alert.since) }
    const same = says(prior.alert) === says(kept) && !isProven(prior, trouble)
    return [{ alert: same ? prior.alert : kept, ...rest }]
  })
}

function alertOf(
  trouble: Trouble,
  { id, severity, down }: Detector,
  { app, now }: { readonly app: string; readonly now: number },
): Alert {
  const { machine, title, text, evidence, fix } = trouble
  return {
    source: 'watch',
    key: `${app}/${id}/${trouble.key}`,
    group: `${app}/${trouble.group}`,
    status: 'firing',
    severity: trouble.severity ?? severity,
    app,
    machine,
    title,
    text,
    evidence,
    rule: id,
    ...(down === true && { down }),
    fix,
    links: [],
    since: Math.min(trouble.since, now),
    at: now,
  }
}

/** What was words in a log so far is borne out: told again, for now something may be done about it. */
const isProven = (prior: Standing, { from }: Trouble): boolean =>
  prior.from === 'line' && from === 'look'

/** What people are told; evidence alone, such as a newer line of the same kind, is nothing new. */
const says = ({ severity, title, text, fix }: Alert): string =>
  JSON.stringify([severity, both(title), both(text), fix])
const both = (text: Text): readonly string[] => [say(text, 'en'), say(text, 'zh-TW')]

/** A machine whose host is silent shows its last known state, which proves nothing (FLY.md §3.7). */
function wasLookedAt({ alert, needs, seen }: Standing, after: Sight, detector: Detector): boolean {
  const looked = needs.every((name) => after[name].known && after[name].at > (seen[name] ?? 0))
  if (!looked || alert.machine === null || detector.id === 'host') return looked
  const { machines } = after
  if (!machines.known) return false
  const machine = machines.value.find(({ id }) => id === alert.machine)
  return machine === undefined || (machine.hostStatus === 'ok' && machine.config !== null)
}
