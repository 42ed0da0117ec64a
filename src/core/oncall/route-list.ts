import type { ChatContext } from '../context.ts'
import { fields, reply, type Reply, text } from '../reply.ts'
import { join, tr } from '../text.ts'
import { failureAt, readFailing } from './failing.ts'
import { isTrusted } from './route-input.ts'
import { readRoutes } from './route-store.ts'
import { type ListedRoute, routeTable } from './route-words.ts'

export interface Listed {
  readonly routes: readonly ListedRoute[]
  readonly owners: readonly string[]
}

/** Every route: what is wanted where has to be seen at once, whatever the place. */
export async function listRoutes({ store, access }: ChatContext): Promise<Listed> {
  const state = await access.fresh()
  const [routes, failing] = await Promise.all([readRoutes(store), readFailing(store)])
  return {
    routes: routes.map((route) => ({
      ...route,
      open: isTrusted(state, route.place),
      failing: failureAt(failing, route.place) ?? null,
    })),
    owners: state.owners,
  }
}

export function renderRoutes({ routes, owners }: Listed): Reply {
  const talks = tr('the owners’ private chats', '擁有者的私訊')
  const whose = owners.length === 0 ? talks : join(' · ', talks, owners.join(', '))
  const otherwise = fields([tr('Everything else', '其餘警示'), whose])
  if (routes.length === 0)
    return reply.info(tr('No routes yet', '尚無路由'), [
      otherwise,
      text(
        tr(
          'Route alerts to a room: /oncall route add source=watch place=here.',
          '將警示送到頻道：/oncall route add source=watch place=here。',
        ),
      ),
    ])
  return reply.info(tr('Which alerts are shown where', '警示顯示的地點'), [
    routeTable(routes),
    otherwise,
  ])
}
