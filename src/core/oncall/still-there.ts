import type { Standing } from '../watch/detector.ts'
import { OPEN } from './incident-act.ts'
import { shortKey } from './incident-alert.ts'
import { line } from './incident-line.ts'
import type { Around, Incident } from './incident.ts'

/** What was not looked at again for so long is left alone. */
const LOOKED_MS = 86_400_000

/**
 * Resolved by a person while the look-out, which always says when a trouble is over, has not said so. Once: who resolves it again after
 * having been told knows.
 */
export const isLeft = ({ source, state, closed, told, log }: Incident): boolean =>
  source === 'watch' &&
  state === 'resolved' &&
  !closed &&
  told.some(({ status }) => status === 'firing') &&
  log.every(({ what }) => what !== 'still')

/**
 * Whether the look-out has found it again since it was resolved. What happened once and only counts for a while, and words in a log, are not
 * there again because they are remembered.
 */
export function stillFound(
  { told, resolvedAt }: Incident,
  standing: readonly Standing[],
): Around['lasts'] {
  const keys = new Set(told.filter(({ status }) => status === 'firing').map(({ key }) => key))
  const lasting = standing.filter(
    ({ alert, from, past }) => keys.has(shortKey(alert.key)) && from === 'look' && past !== true,
  )
  if (lasting.length === 0) return 'no'
  const again = lasting.some(({ needs, seen }) =>
    needs.every((name) => (seen[name] ?? 0) > (resolvedAt ?? 0)),
  )
  return again ? 'yes' : 'unknown'
}

/** When it would be over for good and is still there, it is open again and says so; a silence is waited for. */
export function stillThere(incident: Incident, around: Around): Incident {
  const { now, lasts, rules } = around
  const { watchUntil, resolvedAt } = incident
  const silence = incident.silence ?? around.silenced
  if (lasts === undefined || lasts === 'no') return incident
  if (!isLeft(incident) || (watchUntil ?? 0) > now) return incident
  if (silence) return { ...incident, watchUntil: silence.until }
  if (lasts === 'yes') {
    const again: Incident = { ...incident, ...OPEN, resolvedAt: null, watchUntil: null }
    return line(again, { at: now, what: 'still', by: null })
  }
  const waits = now - (resolvedAt ?? 0) < LOOKED_MS
  return waits ? { ...incident, watchUntil: now + rules.reopenMs } : incident
}
