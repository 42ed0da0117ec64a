import { OpsError } from '../errors.ts'
import type { Store } from '../ports.ts'
import { tr } from '../text.ts'
import type { CardPlace } from './ports.ts'
import { roomKey, type Route } from './route.ts'

const BUCKET = 'route'
/** Told when a route came or went. */
export const ROUTE_NUDGE = 'route'
const ROUTES_MAX = 100

/** All routes, oldest first. */
export const readRoutes = async (store: Pick<Store, 'list'>): Promise<readonly Route[]> =>
  (await store.list(BUCKET)).map(({ value }) => value as Route)

/** One route for a source, app and place: another severity takes the place of what was there. */
export async function addRoute(
  store: Pick<Store, 'list' | 'put' | 'nudge'>,
  route: Route,
): Promise<void> {
  if (isFull(await readRoutes(store), route)) throw full()
  await store.put(BUCKET, routeId(route), route)
  await store.nudge(ROUTE_NUDGE)
}

/** Gives the route that is gone now; nothing when there was none. */
export async function removeRoute(
  store: Pick<Store, 'take' | 'nudge'>,
  route: Pick<Route, 'source' | 'app' | 'place'>,
): Promise<Route | undefined> {
  const gone = (await store.take(BUCKET, routeId(route))) as Route | undefined
  await store.nudge(ROUTE_NUDGE)
  return gone
}

/** Routes into a place that the platform gave another id lead to that; gives how many. */
export async function moveRoutes(
  store: Pick<Store, 'list' | 'put' | 'remove' | 'nudge'>,
  { platform, space }: Pick<CardPlace, 'platform' | 'space'>,
  to: string,
): Promise<number> {
  const old = (await readRoutes(store)).filter(
    ({ place }) => place.platform === platform && place.space === space,
  )
  for (const route of old) {
    const moved = { ...route, place: { ...route.place, space: to } }
    await store.put(BUCKET, routeId(moved), moved)
    await store.remove(BUCKET, routeId(route))
  }
  if (old.length > 0) await store.nudge(ROUTE_NUDGE)
  return old.length
}

export const routeId = ({ source, app, place }: Pick<Route, 'source' | 'app' | 'place'>): string =>
  `${source} ${app} ${roomKey(place)}`

const isFull = (routes: readonly Route[], route: Route): boolean =>
  routes.length >= ROUTES_MAX && !routes.some((one) => routeId(one) === routeId(route))

const full = (): OpsError =>
  new OpsError(
    'conflict',
    tr(`There are ${ROUTES_MAX} routes already.`, `已有 ${ROUTES_MAX} 條路由。`),
    {
      hint: tr(
        'Remove one with /oncall route remove, or let one route stand for several: source=*.',
        '請以 /oncall route remove 移除一條，或以 source=* 合併多條。',
      ),
    },
  )
