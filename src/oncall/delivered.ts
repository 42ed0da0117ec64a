import type { CarryDeps } from '../core/carry.ts'
import { createLost } from '../core/lost.ts'
import { apply } from '../core/oncall/incident-apply.ts'
import { FAILING, FAILING_KEEP_MS, type Failing } from '../core/oncall/failing.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { CardPlace } from '../core/oncall/ports.ts'
import { isPretended } from '../core/oncall/pretended.ts'
import { roomKey } from '../core/oncall/route.ts'
import { shownAgainReply, unshownReply } from '../core/oncall/unshown.ts'
import { tellPrivately } from '../core/tell-admins.ts'
import { cardKey, keyOf } from './address.ts'
import { settle } from './bring.ts'
import type { SettleDeps } from './settle.ts'
import { insteadOf } from './worth-trying.ts'
import { showAgain } from './show-again.ts'

const CARD = /^(I-[0-9A-Z]{6})\.([^.]+\.-?\d+(?:\.\d+)?)$/

interface Deps extends SettleDeps {
  /** `discord:<id>`, `telegram:<id>`. */
  readonly owners: readonly string[]
}

export type Delivered = Required<Pick<CarryDeps, 'onLost' | 'onTaken'>>

/** What becomes of calls and cards that a platform refuses for good, and of places that take cards again. */
export function createDelivered(deps: Deps): Delivered {
  const lost = createLost(deps)
  return {
    async onLost(record) {
      await lost(record)
      const { key, kind, failure, why = 'unknown' } = record
      const [, id, at] = CARD.exec(key) ?? []
      if (kind !== 'card' || id === undefined || at === undefined) return
      const incident = await deps.records.get(id)
      const place = incident?.places.find((one) => cardKey(id, one) === key)
      // A test says so itself, and neither a test nor a drill leaves its place.
      if (incident === undefined || place === undefined || isPretended(incident)) return
      // Words that a platform does not take are no fault of the place.
      await missed(deps, { incident, place, at, why, closed: failure !== 'invalid' })
    },
    async onTaken({ key, kind, ref }) {
      const [, , at] = CARD.exec(key) ?? []
      if (kind !== 'card' || at === undefined) return
      const failed = (await deps.store.get(FAILING, at)) as Failing | undefined
      if (failed === undefined) return
      const closed = (failed.tries ?? 0) > 0
      // What is there may be edited where nothing new may be said.
      if (closed && ref !== undefined) return
      await deps.store.remove(FAILING, at)
      const where = roomKey(failed.place)
      deps.log.info({ place: where }, 'a place shows cards again')
      await tellOwners(deps, failed, { over: true, said: shownAgainReply(where) })
      if (closed) await showAgain(deps, failed.place)
    },
  }
}

interface Missed {
  readonly incident: Incident
  readonly place: CardPlace
  readonly at: string
  readonly why: string
  /** The place takes nothing. */
  readonly closed: boolean
}

async function missed(deps: Deps, { incident, place, at, why, closed }: Missed): Promise<void> {
  const { store, clock, records, rules, log } = deps
  const now = clock.now()
  const instead = await insteadOf(deps, incident, place)
  const event = { do: 'unshown', place, why, instead } as const
  const around = { now, rules }
  await records.change(incident.id, (one) => one && apply(one, event, around)?.incident)
  const first: Failing = { place, why, since: now, incident: incident.id }
  const again = (before: unknown) => {
    const known = (before as Failing | undefined) ?? first
    return closed ? { ...known, triedAt: now, tries: (known.tries ?? 0) + 1 } : known
  }
  const stored = (await store.update(FAILING, at, again, { ttlMs: FAILING_KEEP_MS })) as Failing
  if (stored.told !== true) {
    log.error({ incident: incident.id, place: at }, 'a place takes no cards')
    // Killed in between, the same words are put again and are one message.
    await tellOwners(deps, stored, { said: unshownReply(incident, event) })
    const told = (now: unknown) => now && { ...(now as Failing), told: true }
    await store.update(FAILING, at, told, { ttlMs: FAILING_KEEP_MS })
  }
  await settle(deps, incident.id)
}

/** Everybody but the one whose talk it is. */
function tellOwners(
  { outbox, owners, locale }: Deps,
  { place, since }: Failing,
  {
    said,
    over = false,
  }: { readonly said: ReturnType<typeof unshownReply>; readonly over?: boolean },
): Promise<void> {
  const to = owners.filter((owner) => owner !== roomKey(place))
  const id = `unshown-${keyOf(place)}-${since}${over ? '-over' : ''}`
  return tellPrivately({ outbox }, { id, to, said, locale, kind: 'news', first: true })
}
