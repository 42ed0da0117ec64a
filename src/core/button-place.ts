import { actorKey } from './access.ts'
import type { AcceptDeps } from './accept-deps.ts'
import type { ButtonSet } from './buttons.ts'
import { isGone } from './census.ts'
import type { Place, Press } from './invocation.ts'
import { within } from './press-answers.ts'

/**
 * Where a press counts: the place its button was made for. Nothing when it comes from another place or another message. What was
 * answered to one person alone may lie in their private talk, and there it is theirs only.
 */
export async function boundPlace(
  deps: Pick<AcceptDeps, 'access' | 'buttons' | 'clock'>,
  set: ButtonSet,
  request: Press,
): Promise<Place | undefined> {
  const place = placeFor(set, request)
  if (place === undefined) return undefined
  const { platform, id } = request.actor
  // From where they sit, a private talk, the payload does not say that they are still in the other place.
  const left = isGone(deps.access.snapshot() ?? {}, place, { kind: 'user', platform, id })
  const afar = place.space !== request.place.space
  return (afar && left) || !(await isOn(deps, set, request)) ? undefined : place
}

function placeFor(set: ButtonSet, { place, actor }: Press): Place | undefined {
  const { platform, space, room, parent, asker } = set
  if (platform !== place.platform) return undefined
  if (space === place.space && room === place.room) return place
  if (!place.private || asker !== actorKey(actor)) return undefined
  const there = { platform, space, private: false }
  return { ...there, ...(room !== undefined && { room }), ...(parent !== undefined && { parent }) }
}

/** Its token stands on the message, or did a moment ago: what stands there now is of the same answer. */
async function isOn(
  deps: Pick<AcceptDeps, 'buttons' | 'clock'>,
  set: ButtonSet,
  { token, shown }: Press,
): Promise<boolean> {
  if (shown === undefined || shown.includes(token)) return true
  const [other] = shown
  if (other === undefined) return false
  const found = await within(deps, deps.buttons.find(other))
  return found !== undefined && found !== 'late' && found.set.of === set.of
}
