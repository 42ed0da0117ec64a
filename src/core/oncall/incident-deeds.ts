import type { ChatContext } from '../context.ts'
import type { Acted, Deed } from './incident-answers.ts'
import { byOf, findIncident, oncallOf } from './incident-find.ts'
import type { By, Incident, IncidentEvent } from './incident.ts'

const EVENT = {
  ack: 'ack',
  take: 'take',
  off: 'unack',
  resolve: 'resolve',
} as const satisfies Record<Deed, IncidentEvent['do']>

/** Carries out what a responder wants of an incident; what does not fit its state changes nothing and says why. */
export async function actOn(
  context: ChatContext,
  typed: string | undefined,
  deed: Deed,
): Promise<Acted> {
  const by = byOf(context)
  const before = await findIncident(context, typed, 'responder')
  const after = (await oncallOf(context).act(before.id, { do: EVENT[deed], by })) ?? before
  const { owner } = after
  const ms = owner === null ? 0 : context.clock.now() - owner.at
  return {
    incident: after,
    outcome: outcomeOf(before, { after, by, deed }),
    owner: owner && { name: owner.name, ms },
  }
}

interface Done {
  readonly after: Incident
  readonly by: By
  readonly deed: Deed
}

function outcomeOf(before: Incident, { after, by, deed }: Done): Acted['outcome'] {
  if (before.state === 'resolved') return 'over'
  if (deed === 'off') return before.owner === null ? 'free' : 'done'
  if (deed === 'resolve') return 'done'
  if (after.owner !== null && after.owner.key !== by.key) return 'owned'
  return before.owner?.key === by.key ? 'same' : 'done'
}
