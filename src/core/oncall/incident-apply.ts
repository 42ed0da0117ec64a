import { cure } from './drill-play.ts'
import { act } from './incident-act.ts'
import { openWith, takeAlert } from './incident-alert.ts'
import { advance, catchUp } from './incident-clock.ts'
import { jobTold } from './incident-job.ts'
import type { Around, Incident, IncidentEvent, Page } from './incident.ts'
import { unshown } from './unshown.ts'

/** What an incident still owes the world. Follows from its record alone, so that whoever finds it can do it. */
export type Effect =
  | { readonly do: 'card' }
  | { readonly do: 'page'; readonly page: Page }
  | { readonly do: 'timer'; readonly n: number; readonly at: number }

export interface Applied {
  readonly incident: Incident
  readonly effects: readonly Effect[]
}

/**
 * The one way in which an incident changes. Pure and total; an event that was there before gives back the very same incident, and
 * nothing comes of an event for an incident that there is not: only a firing alert begins one.
 */
export function apply(
  current: Incident | undefined,
  event: IncidentEvent,
  around: Around,
): Applied | undefined {
  const incident = current === undefined ? begin(event, around) : next(current, event, around)
  return incident && { incident, effects: effectsOf(incident) }
}

function begin(event: IncidentEvent, around: Around): Incident | undefined {
  if (event.do !== 'alert' || event.alert.status !== 'firing' || around.id === undefined) return
  const opened = openWith(around.id, event.alert, around)
  return advance(opened, opened, around)
}

function next(current: Incident, event: IncidentEvent, around: Around): Incident {
  const due = catchUp(current, around)
  return advance(due, changed(due, event, around), around)
}

function changed(current: Incident, event: IncidentEvent, around: Around): Incident {
  switch (event.do) {
    case 'alert':
      return current.closed ? current : takeAlert(current, event.alert, around)
    case 'timer':
      return current
    case 'found':
      return current.found ? current : { ...current, found: event.found, rev: current.rev + 1 }
    case 'unshown':
      return unshown(current, event, around)
    case 'cure':
      return cure(current, event.by, around)
    case 'began':
    case 'ended':
      return jobTold(current, event, around.now)
    case 'ack':
    case 'take':
    case 'unack':
    case 'resolve':
    case 'silence':
    case 'unsilence':
    case 'note':
      return act(current, event, around)
    default:
      return event satisfies never
  }
}

export function effectsOf(incident: Incident): readonly Effect[] {
  const { rev, written, pages, timer } = incident
  return [
    ...pages.filter(({ said }) => !said).map((page): Effect => ({ do: 'page', page })),
    ...(rev > written ? [{ do: 'card' } as const] : []),
    ...(timer.at === null ? [] : [{ do: 'timer', n: timer.n, at: timer.at } as const]),
  ]
}

/** The same incident with what was owed marked as done; words that came meanwhile stay owed. */
export function settled(
  incident: Incident,
  { rev, pages }: { readonly rev: number; readonly pages: readonly number[] },
): Incident {
  return {
    ...incident,
    written: Math.max(incident.written, rev),
    pages: incident.pages.map((page) => (pages.includes(page.n) ? { ...page, said: true } : page)),
  }
}
