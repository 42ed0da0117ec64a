import type { CardPlace } from '../core/oncall/ports.ts'
import type { Clock, Store } from '../core/ports.ts'
import { createRecords } from './records.ts'

type Group = Pick<CardPlace, 'platform' | 'space'>

/** Open incidents that are shown in a place which has another id now are shown there; their cards are owed anew. */
export async function moveIncidents(
  deps: { readonly store: Store; readonly clock: Pick<Clock, 'now'> },
  from: Group,
  to: string,
): Promise<void> {
  const records = createRecords(deps)
  const isOld = ({ platform, space }: Group) => platform === from.platform && space === from.space
  for (const { id, closed, places } of await records.list())
    if (!closed && places.some(isOld))
      await records.change(id, (now) => {
        if (!now?.places.some(isOld)) return now
        const moved = now.places.map((one) => (isOld(one) ? { ...one, space: to } : one))
        return { ...now, places: moved, rev: now.rev + 1 }
      })
}
