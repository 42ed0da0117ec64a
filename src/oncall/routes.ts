import type { Access, AccessState } from '../core/access.ts'
import { isGone } from '../core/census.ts'
import type { CardPlace, Routes } from '../core/oncall/ports.ts'
import { addressOf } from '../core/oncall/place-address.ts'
import { once, ownersTalks, placesFor, type Route } from '../core/oncall/route.ts'
import { readRoutes, ROUTE_NUDGE } from '../core/oncall/route-store.ts'
import type { Clock, Log, Store } from '../core/ports.ts'
import { createCached } from './cached.ts'

interface Deps {
  readonly store: Store
  readonly access: Pick<Access, 'snapshot' | 'fresh'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

/** Routes, and every room one of them leads to. */
export interface RouteBook extends Routes {
  readonly rooms: () => Promise<readonly CardPlace[]>
  readonly stop: () => void
}

/** Routes of the store; only places that are trusted now and that the bot is in, and the owners' private talks where none is left. */
export function createRoutes(deps: Deps): RouteBook {
  const { store, access } = deps
  const routes = createCached({ ...deps, topic: ROUTE_NUDGE, read: () => readRoutes(store) })
  const openIn = async (state: AccessState) =>
    (await routes.get()).flatMap((route) => opened(state, route))
  const now = async () => access.snapshot() ?? (await access.fresh())
  return {
    stop: routes.stop,
    async placesFor(alert) {
      const state = await now()
      return placesFor(await openIn(state), ownersTalks(state.owners), alert)
    },
    async rooms() {
      const places = (await openIn(await now())).map(({ place }) => place)
      return once(places).filter((place) => !addressOf(place).private)
    },
  }
}

/** The route as it is now: a place may have got another id, or nobody trusts it any more. */
function opened(state: AccessState, route: Route): readonly Route[] {
  const space = spaceNow(state, route.place)
  return space === undefined ? [] : [{ ...route, place: { ...route.place, space } }]
}

function spaceNow(state: AccessState, { platform, space, room }: CardPlace): string | undefined {
  const { owners, trusted } = state
  if (room === null && owners.includes(`${platform}:${space}`)) return space
  const here = trusted.filter((place) => place.platform === platform && !isGone(state, place))
  if (here.some((place) => place.space === space)) return space
  return here.find(({ movedFrom }) => movedFrom === space)?.space
}
