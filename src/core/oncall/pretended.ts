import type { Incident } from './incident.ts'

/** Sources whose incidents are no trouble of anybody's. */
const PRETENDED: ReadonlySet<string> = new Set(['test', 'drill'])

export const isPretended = ({ source }: Pick<Incident, 'source'>): boolean => PRETENDED.has(source)

/** Nobody is called for what only pretends, unless that was asked for: not even whoever took it on. */
export const callsNobody = (incident: Pick<Incident, 'source' | 'calls'>): boolean =>
  isPretended(incident) && incident.calls !== true
