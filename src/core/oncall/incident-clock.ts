import { OPEN } from './incident-act.ts'
import { drillDueAt, drillEnded, drillTimed, dueAlerts } from './drill-play.ts'
import { isWorse, takeAlert } from './incident-alert.ts'
import type { Around, Incident, Mute, Page } from './incident.ts'
import { line, sayMute } from './incident-line.ts'
import type { Person } from './ports.ts'
import { callsNobody } from './pretended.ts'
import { isLeft, stillThere } from './still-there.ts'

/** As many words to people are remembered with an incident; those that were not said yet always are. */
const PAGES_KEPT = 20

export const isSilenced = ({ silence }: Incident, now: number): boolean =>
  silence !== null && silence.until > now
export const isMuted = ({ mute }: Incident, now: number): boolean =>
  mute !== null && mute.until > now

/** Whether somebody has to be asked: it lasts, it matters, nobody has it and nothing keeps it quiet. */
const wantsPeople = (incident: Incident, now: number): boolean =>
  incident.state === 'firing' &&
  incident.severity !== 'info' &&
  !callsNobody(incident) &&
  !isSilenced(incident, now) &&
  !isMuted(incident, now)

type Step = (incident: Incident, around: Around) => Incident

/** Brings an incident to the present: whatever is due is done, once, and what is due next is in `timer`. Pure. */
export function advance(before: Incident, incident: Incident, around: Around): Incident {
  const each = (steps: readonly Step[], from: Incident) =>
    steps.reduce((one, step) => step(one, around), from)
  const timed = [silenceEnds, tested, goesOn, drillEnded, drillTimed, stillThere]
  const played = each(timed, incident)
  const moved = each([muted, reminded, escalated], worsened(before, played, around))
  const now = closed(moved, around)
  const at = nextAt(now, around)
  return at === now.timer.at ? now : { ...now, timer: { n: now.timer.n + 1, at } }
}

/** What was due before something else happened, though its timer is late. Nobody new is asked: that is for afterwards. */
export const catchUp = (incident: Incident, around: Around): Incident =>
  [silenceEnds, tested, reminded, stillThere, closed].reduce(
    (one, step) => step(one, around),
    incident,
  )

/** The owner hears of it when it gets worse than what they took on. */
function worsened(before: Incident, incident: Incident, { now }: Around): Incident {
  const { owner, severity } = incident
  if (owner === null || callsNobody(incident)) return incident
  if (!isWorse(severity, before.severity)) return incident
  return page(incident, { why: 'worse', level: 0, people: [owner], at: now })
}

function silenceEnds(incident: Incident, { now }: Around): Incident {
  if (incident.silence === null || incident.silence.until > now) return incident
  return line({ ...incident, silence: null }, { at: now, what: 'silence-over', by: null })
}

/** What the looks of a drill found by now. */
const goesOn = (incident: Incident, around: Around): Incident =>
  dueAlerts(incident, around.now).reduce((one, alert) => takeAlert(one, alert, around), incident)

function tested(incident: Incident, { now, rules }: Around): Incident {
  const over = incident.source === 'test' && now >= incident.openedAt + rules.testMs
  if (!over || incident.state === 'resolved') return incident
  const ended: Incident = { ...incident, ...OPEN, state: 'resolved', resolvedAt: now }
  return line(
    { ...ended, watchUntil: now + rules.reopenMs },
    { at: now, what: 'resolved', by: null },
  )
}

function muted(incident: Incident, around: Around): Incident {
  const { now, rules } = around
  const flapping = flappingOf(incident, around)
  const known = around.mute === undefined ? incident.mute : around.mute
  const other = known?.why === 'flapping' ? null : known
  const next = other !== null && other.until > now ? other : flapping
  const { mute } = incident
  if (JSON.stringify(next) === JSON.stringify(mute)) return incident
  // Looked at again and still so: nothing that anybody could see has changed.
  if (next?.why === 'inhibited' && mute?.by === next.by) return { ...incident, mute: next }
  const changed = { ...incident, mute: next, rev: incident.rev + 1 }
  if (next === null || next.why === mute?.why) return changed
  return line(changed, { at: now, what: 'muted', by: null, text: sayMute(changed, rules.flapMs) })
}

function flappingOf({ flips }: Incident, { now, rules }: Around): Mute | null {
  const recent = flips.filter((at) => at > now - rules.flapMs)
  const last = recent.at(-1)
  if (last === undefined || recent.length < rules.flapCount) return null
  return { why: 'flapping', until: last + rules.flapMs, by: null }
}

/** Whoever owns it is asked now and then whether they still do; without an answer it is nobody's again. */
function reminded(incident: Incident, { now, rules }: Around): Incident {
  const { owner, remindAt, answerBy } = incident
  if (owner === null || incident.state !== 'acknowledged') return incident
  if (answerBy !== null && answerBy <= now)
    return line({ ...incident, ...OPEN }, { at: now, what: 'unanswered', by: owner.name })
  if (remindAt === null || remindAt > now) return incident
  const asked = { ...incident, remindAt: null, answerBy: now + rules.answerMs }
  const said = page(asked, { why: 'answer', level: 0, people: [owner], at: now })
  return line(said, { at: now, what: 'reminded', by: owner.name })
}

function escalated(incident: Incident, around: Around): Incident {
  const { now, ladder, rules } = around
  if (!wantsPeople(incident, now))
    return incident.escalation ? { ...incident, escalation: null } : incident
  const current = incident.escalation ?? { from: now, next: 0, dueAt: now, reminders: 0 }
  if (current.dueAt > now) return incident
  // Not looked up for this event: the timer does it at once.
  if (ladder === undefined) return { ...incident, escalation: current }
  const due = ladder.filter(({ afterMs }, n) => n >= current.next && current.from + afterMs <= now)
  const next = current.next + due.length
  const rung = ladder[next]
  const again = due.length === 0 && rung === undefined
  const people = unique(again ? (ladder[0]?.people ?? []) : due.flatMap((level) => level.people))
  const dueAt = rung ? Math.max(now + 1, current.from + rung.afterMs) : now + rules.remindMs
  const reminders = current.reminders + (again ? 1 : 0)
  const moved: Incident = {
    ...incident,
    escalation: { from: current.from, next, dueAt, reminders },
  }
  if (people.length === 0) return moved
  const why = again ? 'reminder' : 'level'
  const said = page(moved, { why, level: again ? reminders : next - 1, people, at: now })
  const by = people.map(({ name }) => name).join(', ')
  return line(said, { at: now, what: again ? 'reminded' : 'paged', by })
}

function closed(incident: Incident, { now, lasts }: Around): Incident {
  // Not looked up for this event: the timer does it at once.
  if (lasts === undefined && isLeft(incident)) return incident
  const over = incident.state === 'resolved' && (incident.watchUntil ?? 0) <= now
  return over && !incident.closed ? { ...incident, closed: true, rev: incident.rev + 1 } : incident
}

function page(incident: Incident, words: Omit<Page, 'n' | 'said'>): Incident {
  const n = incident.paged + 1
  const open = incident.pages.filter(({ said }) => !said)
  const told = incident.pages.filter(({ said }) => said).slice(-PAGES_KEPT)
  const { why, level, at } = words
  const people = words.people.map(({ key, name }) => ({ key, name }))
  const pages = [...told, ...open, { n, why, level, people, at, said: false }]
  return { ...incident, paged: n, pages }
}

const unique = (people: readonly Person[]): readonly Person[] => [
  ...new Map(people.map((one) => [one.key, one])).values(),
]

/** When it has to be looked at again. */
function nextAt(incident: Incident, { now, rules }: Around): number | null {
  const { silence, mute, remindAt, answerBy, escalation, watchUntil, closed: over } = incident
  if (over) return null
  const times = [
    incident.found === null ? incident.openedAt : null,
    silence?.until ?? null,
    mute?.until ?? null,
    remindAt,
    answerBy,
    escalation?.dueAt ?? null,
    incident.state === 'resolved' ? watchUntil : null,
    drillDueAt(incident, now),
    incident.source === 'test' && incident.state !== 'resolved'
      ? incident.openedAt + rules.testMs
      : null,
  ].filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}
