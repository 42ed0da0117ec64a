import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { type Block, reply, type Reply, text } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { deskOf } from './desk.ts'
import { isReceiver, matches, roomKey, type Route } from './route.ts'
import { isTrusted, mayRoute, readRoute, type RouteWish } from './route-input.ts'
import { readRoutes, removeRoute, routeId } from './route-store.ts'
import { routeFields } from './route-words.ts'

export interface RemoveData {
  readonly route: Route
  /** Where its alerts go without it; none: to the owners. */
  readonly rest: readonly string[]
  /** It was the last one of a receiver: what is sent to its address is refused from then on. */
  readonly last: boolean
}

export async function planRemove(context: WorkContext, wish: RouteWish): Promise<Plan> {
  const known = readRoute(wish, context)
  const state = await deskOf(context).access.fresh()
  const routes = await readRoutes(context.store)
  const route = routes.find((one) => routeId(one) === routeId(known))
  if (route === undefined) throw noRoute(routes)
  // A place that nobody trusts any more can be cleaned up by whoever stands in it or owns all.
  if (isTrusted(state, route.place)) mayRoute(state, context, route)
  const others = routes.filter((one) => routeId(one) !== routeId(route))
  const asked = {
    source: route.source,
    app: route.app === '*' ? null : route.app,
    severity: 'critical',
  } as const
  const rest = others.filter((one) => matches(one, asked)).map(({ place }) => roomKey(place))
  const last = isReceiver(route.source) && !others.some(({ source }) => source === route.source)
  return {
    title: tr('Show these alerts there no longer?', '不再將這些警示顯示於該處？'),
    blocks: [routeFields(route), ...consequences({ route, rest, last })],
    fingerprint: JSON.stringify([route, rest, last]),
    data: { route, rest, last } satisfies RemoveData,
  }
}

function consequences({ rest, last }: RemoveData): readonly Block[] {
  return [text(restWords(rest)), ...(last ? [text(LAST)] : [])]
}

const restWords = (rest: readonly string[]): Text =>
  rest.length === 0
    ? tr(
        'Nothing else takes them: they go to the owners’ private chats then.',
        '沒有其他路由接收，之後會送到擁有者的私訊。',
      )
    : tr(`They still go to ${rest.join(', ')}.`, `仍會送到 ${rest.join('、')}。`)

const LAST = tr(
  'It is the last route of this source, so its address is closed: what is sent there is refused.',
  '這是該來源的最後一條路由，其接收位址會一併關閉並拒絕之後的請求。',
)

const noRoute = (routes: readonly Route[]): OpsError =>
  new OpsError('bad_input', tr('There is no such route.', '沒有這條路由。'), {
    hint:
      routes.length === 0
        ? tr(
            'There are none at all: alerts go to the owners.',
            '目前沒有任何路由：警示會送給擁有者。',
          )
        : tr(
            '/oncall route list shows them; name source, place and app as they stand there.',
            '/oncall route list 會列出路由；請依其來源、地點與應用程式指定。',
          ),
  })

/** Removes it, and closes the address of a source that has no route left. Again changes nothing. */
export async function runRemove(context: WorkContext, data: RemoveData): Promise<RemoveData> {
  const { route, last } = data
  const { hooks } = deskOf(context)
  const title = tr('Remove a route', '移除路由')
  const label = tr('Remove the route', '移除該路由')
  // A step, so that a run that was cut off goes on with the plan that was confirmed.
  const step = {
    id: 'route',
    label,
    do: async () => void (await removeRoute(context.store, route)),
  }
  await context.steps(title, [{ ...step, done: () => step.do().then(() => true) }])
  const all = last ? await hooks.listHooks() : []
  for (const { id, source } of all) if (source === route.source) await hooks.removeHook(id)
  return data
}

export const renderRemove = (data: RemoveData): Reply =>
  reply.ok(tr('The route is removed', '路由已移除'), [
    routeFields(data.route),
    ...consequences(data),
  ])
