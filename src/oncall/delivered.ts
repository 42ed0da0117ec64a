import type { CarryDeps } from '../core/carry.ts'
import { createLost } from '../core/lost.ts'
import { apply } from '../core/oncall/incident-apply.ts'
import { FAILING, type Failing, readFailing } from '../core/oncall/failing.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { CardPlace } from '../core/oncall/ports.ts'
import { isPretended } from '../core/oncall/pretended.ts'
import { ownersTalks, roomKey } from '../core/oncall/route.ts'
import { shownAgainReply, unshownReply } from '../core/oncall/unshown.ts'
import { tellPrivately } from '../core/tell-admins.ts'
import { keyOf } from './address.ts'
import { settle } from './bring.ts'
import { cardKey, type SettleDeps } from './settle.ts'

/** A place that shows nothing for so long is forgotten as failing. */
const KEEP_MS = 7 * 86_400_000
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
      const { key, kind, why = 'unknown' } = record
      const [, id, at] = CARD.exec(key) ?? []
      if (kind !== 'card' || id === undefined || at === undefined) return
      const incident = await deps.records.get(id)
      const place = incident?.places.find((one) => cardKey(id, one) === key)
      // A test says so itself, and neither a test nor a drill leaves its place.
      if (incident === undefined || place === undefined || isPretended(incident)) return
      await missed(deps, { incident, place, at, why })
    },
    async onTaken({ key, kind }) {
      const [, , at] = CARD.exec(key) ?? []
      if (kind !== 'card' || at === undefined) return
      const failed = (await deps.store.get(FAILING, at)) as Failing | undefined
      if (failed === undefined) return
      await deps.store.remove(FAILING, at)
      const where = roomKey(failed.place)
      deps.log.info({ place: where }, 'a place shows cards again')
      await tellOwners(deps, failed, { over: true, said: shownAgainReply(where) })
    },
  }
}

interface Missed {
  readonly incident: Incident
  readonly place: CardPlace
  readonly at: string
  readonly why: string
}

async function missed(deps: Deps, { incident, place, at, why }: Missed): Promise<void> {
  const { store, clock, records, rules, log, owners } = deps
  const now = clock.now()
  const failing = new Set((await readFailing(store)).map((one) => keyOf(one.place)))
  const works = (one: CardPlace) => keyOf(one) !== at && !failing.has(keyOf(one))
  const instead = incident.places.some(works) ? [] : ownersTalks(owners).filter(works)
  const event = { do: 'unshown', place, why, instead } as const
  const around = { now, rules }
  await records.change(incident.id, (one) => one && apply(one, event, around)?.incident)
  const failed = { place, why, since: now, incident: incident.id } satisfies Failing
  const stored = (await store.update(FAILING, at, (before) => before ?? failed, {
    ttlMs: KEEP_MS,
  })) as Failing
  if (stored.told !== true) {
    log.error({ incident: incident.id, place: at }, 'a place takes no cards')
    // Killed in between, the same words are put again and are one message.
    await tellOwners(deps, stored, { said: unshownReply(incident, event) })
    const told = (now: unknown) => now && { ...(now as Failing), told: true }
    await store.update(FAILING, at, told)
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
