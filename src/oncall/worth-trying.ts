import {
  FAILING,
  FAILING_KEEP_MS,
  type Failing,
  failureAt,
  isRested,
  readFailing,
} from '../core/oncall/failing.ts'
import { apply } from '../core/oncall/incident-apply.ts'
import { isPretended } from '../core/oncall/pretended.ts'
import type { Incident } from '../core/oncall/incident.ts'
import { ownersTalks } from '../core/oncall/route.ts'
import type { CardPlace } from '../core/oncall/ports.ts'
import { OUTBOX, type OutboxRecord } from '../core/outbox.ts'
import { cardKey, keyOf } from './address.ts'
import type { SettleDeps } from './settle.ts'

interface Showable {
  /** Said elsewhere, where a place of it is left alone. */
  readonly incident: Incident
  readonly places: readonly CardPlace[]
}

/**
 * Where a card is to be brought: of places that refuse cards those where it is there already, and those which have rested, and then whoever
 * asks is the one who tries. What is left alone is passed over as if it had refused this one, too.
 */
export async function worthTrying(deps: SettleDeps, incident: Incident): Promise<Showable> {
  const failing = await readFailing(deps.store)
  // A test is there to find out.
  if (failing.length === 0 || isPretended(incident)) return { incident, places: incident.places }
  const places: CardPlace[] = []
  let now = incident
  for (const place of incident.places) {
    const failed = failureAt(failing, place)
    const tries = failed === undefined || (await isThere(deps, incident, place))
    if (tries || (await claim(deps, place))) places.push(place)
    else now = await passedOver(deps, now, failed)
  }
  return { incident: now, places: [...places, ...now.places.slice(incident.places.length)] }
}

/** Whether a place has the card of an incident, as far as it is known. */
export async function isThere(
  { store }: Pick<SettleDeps, 'store'>,
  { id }: Pick<Incident, 'id'>,
  place: CardPlace,
): Promise<boolean> {
  const card = (await store.get(OUTBOX, cardKey(id, place))) as OutboxRecord | undefined
  return card?.ref !== undefined
}

async function claim(
  { store, clock }: Pick<SettleDeps, 'store' | 'clock'>,
  place: CardPlace,
): Promise<boolean> {
  const now = clock.now()
  let mine = true
  const change = (current: unknown) => {
    const failed = current as Failing | undefined
    mine = failed === undefined || isRested(failed, now)
    return mine && failed ? { ...failed, triedAt: now } : undefined
  }
  await store.update(FAILING, keyOf(place), change, { ttlMs: FAILING_KEEP_MS })
  return mine
}

async function passedOver(
  deps: SettleDeps,
  incident: Incident,
  { place, why }: Failing,
): Promise<Incident> {
  const instead = await insteadOf(deps, incident, place)
  const around = { now: deps.clock.now(), rules: deps.rules }
  const event = { do: 'unshown', place, why, instead } as const
  const change = (now: Incident | undefined) => now && apply(now, event, around)?.incident
  return (await deps.records.change(incident.id, change)) ?? incident
}

/** The owners' talks, where no other place of the incident shows cards. */
export async function insteadOf(
  { store, owners = [] }: Pick<SettleDeps, 'store' | 'owners'>,
  { places }: Pick<Incident, 'places'>,
  place: CardPlace,
): Promise<readonly CardPlace[]> {
  const failing = new Set((await readFailing(store)).map((one) => keyOf(one.place)))
  const works = (one: CardPlace) => keyOf(one) !== keyOf(place) && !failing.has(keyOf(one))
  return places.some(works) ? [] : ownersTalks(owners).filter(works)
}

/** Where what happens can be told below a card. */
export async function working(
  { store }: Pick<SettleDeps, 'store'>,
  incident: Incident,
): Promise<readonly CardPlace[]> {
  if (isPretended(incident)) return incident.places
  const failing = await readFailing(store)
  return incident.places.filter((place) => !failureAt(failing, place))
}
