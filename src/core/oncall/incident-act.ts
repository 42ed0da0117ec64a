import { truncate } from '../text.ts'
import type { Alert } from './alert.ts'
import type { Around, By, Incident, IncidentEvent, LineKind } from './incident.ts'
import { line } from './incident-line.ts'
import { callsNobody } from './pretended.ts'

const NOTE_MAX = 500

type Act = Exclude<
  IncidentEvent,
  { do: 'alert' | 'timer' | 'found' | 'cure' | 'began' | 'ended' | 'unshown' }
>

/** What people do to an incident. Doing it twice changes nothing the second time. */
export function act(incident: Incident, event: Act, around: Around): Incident {
  switch (event.do) {
    case 'ack':
      return ack(incident, event.by, around)
    case 'take':
      return take(incident, event.by, around)
    case 'unack':
      return unack(incident, event.by, around)
    case 'resolve':
      return resolve(incident, event.by, around)
    case 'silence':
      return silence(incident, event, around)
    case 'unsilence':
      return unsilence(incident, event.by, around)
    case 'note':
      return note(incident, event, around)
    default:
      return event satisfies never
  }
}

/** "I own it." The owner's second one is the answer to a reminder; anybody else has to take it over. */
function ack(incident: Incident, by: By, around: Around): Incident {
  if (incident.state === 'resolved') return incident
  if (incident.owner !== null) return answered(incident, by, around)
  return owned(incident, by, 'acked', around)
}

function take(incident: Incident, by: By, around: Around): Incident {
  if (incident.state === 'resolved') return incident
  if (incident.owner?.key === by.key) return answered(incident, by, around)
  return owned(incident, by, incident.owner === null ? 'acked' : 'taken', around)
}

function owned(incident: Incident, by: By, what: LineKind, { now, rules }: Around): Incident {
  const mine: Incident = {
    ...incident,
    state: 'acknowledged',
    owner: { key: by.key, name: by.name, at: now },
    escalation: null,
    remindAt: callsNobody(incident) ? null : now + rules.remindMs,
    answerBy: null,
  }
  return line(mine, { at: now, what, by: by.name })
}

function answered(incident: Incident, by: By, { now, rules }: Around): Incident {
  if (incident.owner?.key !== by.key || incident.answerBy === null) return incident
  const { rev } = incident
  return { ...incident, answerBy: null, remindAt: now + rules.remindMs, rev: rev + 1 }
}

function unack(incident: Incident, by: By, { now }: Around): Incident {
  if (incident.state !== 'acknowledged') return incident
  return line({ ...incident, ...OPEN }, { at: now, what: 'unacked', by: by.name })
}

/** Nobody's again: whoever is on call is asked from the first rung. */
export const OPEN = {
  state: 'firing',
  owner: null,
  escalation: null,
  remindAt: null,
  answerBy: null,
} as const satisfies Partial<Incident>

function resolve(incident: Incident, by: By, { now, rules }: Around): Incident {
  if (incident.state === 'resolved') return incident
  const over: Incident = {
    ...incident,
    ...OPEN,
    state: 'resolved',
    resolvedAt: now,
    watchUntil: now + rules.reopenMs,
  }
  return line(over, { at: now, what: 'resolved-by-hand', by: by.name })
}

function silence(
  incident: Incident,
  { by, until }: Extract<Act, { do: 'silence' }>,
  { now }: Around,
): Incident {
  if (until <= now || incident.closed || incident.silence?.until === until) return incident
  const quiet = { ...incident, silence: { until, by: by.name, at: now } }
  return line(quiet, { at: now, what: 'silenced', by: by.name, until })
}

function unsilence(incident: Incident, by: By, { now }: Around): Incident {
  if (incident.silence === null) return incident
  return line({ ...incident, silence: null }, { at: now, what: 'unsilenced', by: by.name })
}

function note(
  incident: Incident,
  { by, text, id }: Extract<Act, { do: 'note' }>,
  around: Around,
): Incident {
  if (incident.log.some((entry) => entry.id === id)) return incident
  const { now } = around
  // What people type may be of any length; sentences of ours are not.
  const words = typeof text === 'string' ? truncate(text, NOTE_MAX) : text
  const entry = { at: now, what: 'note', by: by.name, text: words, id } as const
  return answered(line(incident, entry), by, around)
}

/**
 * Whoever has it where the alert comes from has it here too. They are not asked whether they still do: that is the source's to ask, and it
 * says when they gave it back.
 */
export function ackedElsewhere(
  incident: Incident,
  { source, ack: by }: Alert,
  around: Around,
): Incident {
  const { owner, state } = incident
  if (by === undefined || state === 'resolved') return incident
  if (by === null)
    return owner?.key.startsWith(`${source}:`) === true
      ? unack(incident, { key: owner.key, name: owner.name }, around)
      : incident
  if (owner !== null) return incident
  const them = { key: `${source}:${by}`, name: `${by} (${source})` }
  return { ...owned(incident, them, 'acked', around), remindAt: null }
}
