import { type Block, fields, table } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import { type Failing, failureWords } from './failing.ts'
import { roomKey, type Route } from './route.ts'

const sourceWords = (source: string): Text => {
  if (source === '*') return tr('every source', '所有來源')
  return source === 'watch' ? tr('watch (my own look-out)', 'watch（自身監看）') : source
}

/** From which severity on: more is said than less. */
export const severityWords = (severity: Route['severity']): Text =>
  ({
    info: tr('all', '全部'),
    warning: tr('warning and critical', '警告與嚴重'),
    critical: tr('critical only', '僅嚴重'),
  })[severity]

const appWords = (app: string): Text => (app === '*' ? tr('all apps', '全部') : app)

/** One route as it was set. */
export const routeFields = ({ source, severity, app, place }: Route): Block =>
  fields(
    [tr('Source', '來源'), sourceWords(source)],
    [tr('Severity', '嚴重度'), severityWords(severity)],
    [tr('App', '應用程式'), appWords(app)],
    [tr('Place', '地點'), roomKey(place)],
  )

export interface ListedRoute extends Route {
  readonly open: boolean
  /** Since when and why its place takes no cards. */
  readonly failing?: Failing | null
}

/** Several routes, a row each; those whose place nobody trusts any more, or that takes no cards, are marked. */
export const routeTable = (routes: readonly ListedRoute[]): Block =>
  table(
    [
      tr('Source', '來源'),
      tr('Severity', '嚴重度'),
      tr('App', '應用程式'),
      tr('Place', '地點'),
      tr('By', '設定者'),
    ],
    routes.map(({ source, severity, app, place, by, open, failing }) => [
      source,
      severityWords(severity),
      app,
      join(' ', roomKey(place), markOf(open, failing ?? null)),
      by,
    ]),
  )

function markOf(open: boolean, failing: Failing | null): Text {
  if (!open) return tr('(not trusted: closed)', '（未受信任：停用）')
  return failing === null ? '' : join('', '⚠️ ', failureWords(failing))
}
