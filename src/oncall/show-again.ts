import { isRested, readFailing } from '../core/oncall/failing.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { CardPlace } from '../core/oncall/ports.ts'
import { roomKey } from '../core/oncall/route.ts'
import { settle } from './bring.ts'
import type { SettleDeps } from './settle.ts'
import { isThere } from './worth-trying.ts'

/** Brings the cards of what is open in a place anew, the newest first. */
export async function showAgain(deps: SettleDeps, place: CardPlace): Promise<void> {
  for (const { id } of await openIn(deps, place)) await anew(deps, id)
}

/** Tries places that refused cards and have rested, each with one card that is not there. */
export async function tryRested(deps: SettleDeps): Promise<void> {
  const { store, clock } = deps
  for (const failing of await readFailing(store)) {
    const { place, tries = 0 } = failing
    if (tries === 0 || !isRested(failing, clock.now())) continue
    const missing = await firstMissing(deps, place)
    if (missing !== undefined) await anew(deps, missing.id)
  }
}

async function openIn({ records }: SettleDeps, place: CardPlace): Promise<readonly Incident[]> {
  const isHere = (one: CardPlace) => roomKey(one) === roomKey(place)
  return (await records.list()).filter(({ closed, places }) => !closed && places.some(isHere))
}

async function firstMissing(deps: SettleDeps, place: CardPlace): Promise<Incident | undefined> {
  for (const incident of await openIn(deps, place))
    if (!(await isThere(deps, incident, place))) return incident
  return undefined
}

async function anew(deps: SettleDeps, id: string): Promise<void> {
  await deps.records.change(id, (now) => now && { ...now, rev: now.rev + 1 })
  await settle(deps, id)
}
