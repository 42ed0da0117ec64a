import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import {
  type Added,
  type AddData,
  isSigning,
  planAdd,
  renderAdd,
  runAdd,
} from '#core/oncall/route-add.ts'
import { listRoutes, renderRoutes } from '#core/oncall/route-list.ts'
import { planRemove, type RemoveData, renderRemove, runRemove } from '#core/oncall/route-remove.ts'
import { SEVERITIES, SOURCES } from '#core/oncall/route.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

const source = z
  .enum(SOURCES)
  .optional()
  .meta({
    about: tr(
      'watch (my own look-out), a receiver, or * for all',
      'watch（自身監看）、接收來源，或 * 表示全部',
    ),
  })
const app = option
  .app()
  .optional()
  .meta({
    about: tr('Fly app, * for all (default)', 'Fly 應用程式，* 表示全部（預設）'),
    complete: 'app',
  })

const list = defineCommand({
  name: 'route list',
  description: tr('Which alerts are shown where', '各類警示顯示的地點'),
  examples: ['route list'],
  options: z.object({}),
  role: 'operator',
  where: 'chat',
  run: listRoutes,
  render: renderRoutes,
})

/** Done when: the store has the route, and the address of its source (if it needs one) waits for one private look. */
const add = defineCommand({
  name: 'route add',
  description: tr('Show alerts of a source in a place', '將某來源的警示顯示於某地點'),
  examples: ['route add source=watch', 'route add source=alertmanager place=here severity=warning'],
  options: z.object({
    source,
    place: option.place().optional(),
    severity: z
      .enum(SEVERITIES)
      .optional()
      .meta({
        about: tr(
          'The least severity (default: info, which is all)',
          '最低嚴重度（預設 info，即全部）',
        ),
      }),
    app,
    key: option.private(tr('The key the source signs with', '來源的簽章金鑰')).optional(),
  }),
  private: {
    option: 'key',
    kind: 'secret',
    ask: tr('Signing key of the source, or: none', '來源的簽章金鑰，沒有則填 none'),
    when: (options) => isSigning(options.source),
    check: (value) =>
      value.trim() === ''
        ? tr('Paste the key, or type none.', '請貼上金鑰，或輸入 none。')
        : undefined,
  },
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'read',
  plan: planAdd,
  run: (context, options, plan) => runAdd(context, options, plan as AddData),
  render: (result: Added) => renderAdd(result),
})

const remove = defineCommand({
  name: 'route remove',
  description: tr('Show alerts of a source in a place no longer', '不再將某來源的警示顯示於某地點'),
  examples: ['route remove source=watch'],
  options: z.object({ source, place: option.place().optional(), app }),
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'read',
  plan: planRemove,
  run: (context, _options, plan) => runRemove(context, plan as RemoveData),
  render: (result: RemoveData) => renderRemove(result),
})

export default [list, add, remove]
