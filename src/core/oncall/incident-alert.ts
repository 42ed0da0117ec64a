import { createHash } from 'node:crypto'
import { cut } from '../text.ts'
import type { Alert, Severity } from './alert.ts'
import { ackedElsewhere, OPEN } from './incident-act.ts'
import type { Around, Incident, Told } from './incident.ts'
import { incidentId } from './incident-id.ts'
import { line } from './incident-line.ts'
import type { Level, Person } from './ports.ts'

/** Of so many troubles of one incident is it known whether they are over; the oldest are forgotten first. */
const TOLD_MAX = 500
const ALERTS_MAX = 8
const PLACES_MAX = 8
const KEY_MAX = 120
const RESPONDERS_MAX = 10

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 }
export const isWorse = (a: Severity, b: Severity): boolean => RANK[a] > RANK[b]

/** Foreign keys may be of any length. */
export const shortKey = (key: string): string =>
  key.length <= KEY_MAX ? key : createHash('sha256').update(key).digest('base64url')

/** Whether this was told before: of one trouble the newest word counts, and of two words of one moment that it is over. */
function isOld(alert: Alert, told: Told | undefined): boolean {
  if (told === undefined || alert.at > told.at) return false
  const over = alert.status === 'resolved' && told.status === 'firing'
  return alert.at < told.at || !over
}

/** Folds one alert into an incident; the same one again gives back the very same incident. */
export function takeAlert(incident: Incident, alert: Alert, around: Around): Incident {
  const key = shortKey(alert.key)
  const before = incident.told.find((one) => one.key === key)
  if (isOld(alert, before)) return incident
  if (before === undefined && alert.status === 'resolved') return incident
  const { status, severity, at } = alert
  const others = incident.told.filter((one) => one !== before)
  const told = bounded([...others, { key, status, severity, at }])
  const [shown] = incident.alerts
  const unchanged =
    before?.status === status && before.severity === severity && same(shown, trimmed(alert))
  // Told again, nothing new in it: nobody has to be shown anything.
  if (unchanged && !(status === 'firing' && incident.state === 'resolved'))
    return { ...incident, told }
  const next: Incident = {
    ...incident,
    told,
    count: incident.count + (before === undefined ? 1 : 0),
    alerts: [trimmed(alert), ...incident.alerts.filter((one) => shortKey(one.key) !== key)].slice(
      0,
      ALERTS_MAX,
    ),
    places: joined(incident.places, around.places ?? []),
    rev: incident.rev + 1,
  }
  return ackedElsewhere(moved(next, alert, around), alert, around)
}

/** An incident that begins with this alert; the first word about a trouble is never that it is over. */
export function openWith(id: string, alert: Alert, around: Around): Incident {
  const { source, rule, app, machine, severity, group } = alert
  const { now, silenced, ours = [], ladder = [] } = around
  const empty: Incident = {
    id,
    group,
    source,
    rule,
    app,
    machine,
    severity,
    state: 'firing',
    title: alert.title,
    text: alert.text,
    down: alert.down === true,
    places: [],
    openedAt: now,
    told: [],
    count: 0,
    alerts: [],
    log: [],
    logged: 0,
    owner: null,
    silence: silenced ? { ...silenced, at: now } : null,
    mute: null,
    flips: [],
    escalation: null,
    remindAt: null,
    answerBy: null,
    resolvedAt: null,
    watchUntil: null,
    closed: false,
    ours,
    ...(alert.calls === true && { calls: true }),
    ...(ladder.length > 0 && { responders: responders(ladder) }),
    found: null,
    pages: [],
    paged: 0,
    rev: 0,
    written: 0,
    timer: { n: 0, at: null },
  }
  const fired = line(empty, { at: alert.since, what: 'fired', by: null })
  return takeAlert(fired, alert, around)
}

/** Everybody who could be asked, whoever is asked first before the others. */
const responders = (ladder: readonly Level[]): readonly Person[] =>
  [...new Map(ladder.flatMap(({ people }) => people).map((one) => [one.key, one])).values()].slice(
    0,
    RESPONDERS_MAX,
  )

function moved(incident: Incident, alert: Alert, around: Around): Incident {
  const firing = incident.told.filter(({ status }) => status === 'firing')
  if (incident.state === 'resolved')
    return alert.status === 'firing' && alert.at > (incident.resolvedAt ?? 0)
      ? reopened(incident, alert, around)
      : incident
  if (firing.length === 0) return resolvedBySource(incident, alert, around)
  return worded(incident, alert, worst(firing), around)
}

function resolvedBySource(incident: Incident, { at }: Alert, { now, rules }: Around): Incident {
  const over: Incident = { ...incident, ...OPEN, state: 'resolved', resolvedAt: at }
  return line(
    { ...over, watchUntil: now + rules.reopenMs },
    { at: now, what: 'resolved', by: null },
  )
}

function reopened(incident: Incident, alert: Alert, { now, rules }: Around): Incident {
  const flips = [...incident.flips.filter((at) => at > now - rules.flapMs), now].slice(-20)
  const again: Incident = {
    ...incident,
    state: 'firing',
    severity: alert.severity,
    title: alert.title,
    text: alert.text,
    resolvedAt: null,
    watchUntil: null,
    flips,
  }
  return line(again, { at: now, what: 'reopened', by: null })
}

/** The words are those of the worst trouble that lasts. */
function worded(incident: Incident, alert: Alert, severity: Severity, around: Around): Incident {
  const rises = isWorse(severity, incident.severity)
  const speaks = alert.status === 'firing' && !isWorse(severity, alert.severity)
  const next: Incident = {
    ...incident,
    severity,
    down: incident.down || alert.down === true,
    ...(speaks && { title: cut(alert.title, 120), text: cut(alert.text, 600) }),
  }
  return rises ? line(next, { at: around.now, what: 'worse', by: null }) : next
}

const worst = (told: readonly Told[]): Severity =>
  told.reduce<Severity>((a, b) => (isWorse(b.severity, a) ? b.severity : a), 'info')

function bounded(told: readonly Told[]): readonly Told[] {
  if (told.length <= TOLD_MAX) return told
  const least = told.reduce((a, b) => (weight(b) < weight(a) ? b : a))
  return told.filter((one) => one !== least)
}
const weight = ({ status, at }: Told): number => (status === 'firing' ? 1e15 : 0) + at

/** What is kept of an alert: foreign text may be of any length. */
const trimmed = (alert: Alert): Alert => ({
  ...alert,
  title: cut(alert.title, 120),
  text: cut(alert.text, 600),
  evidence: alert.evidence
    .slice(0, 6)
    .map(([what, value]) => [cut(what, 60), cut(value, 400)] as const),
  links: alert.links.slice(0, 3),
})

const same = (a: Alert | undefined, b: Alert): boolean =>
  JSON.stringify({ ...a, at: 0 }) === JSON.stringify({ ...b, at: 0 })

function joined(places: Incident['places'], more: Incident['places']): Incident['places'] {
  const key = (place: Incident['places'][number]) => JSON.stringify(place)
  const known = new Set(places.map(key))
  return [...places, ...more.filter((place) => !known.has(key(place)))].slice(0, PLACES_MAX)
}

/** The id that an incident of this group gets after `before`, the one that is over. */
export const nextId = (group: string, before: string, salt: number): string =>
  incidentId(`${group}:${before}`, salt)
