import type { ChatContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { type Action, type Reply, reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { readDuration } from '../who.ts'
import { quietReply } from './incident-answers.ts'
import { byOf, oncallOf } from './incident-find.ts'
import type { Quiet } from './oncall.ts'

const DEFAULT_MS = 3_600_000
const MAX_MS = 2 * 86_400_000

interface Given {
  readonly app?: string | undefined
  readonly for?: string | undefined
  readonly reason?: string | undefined
  readonly off?: boolean | undefined
}
type Maintained = { readonly quiet: Quiet } | { readonly ended: string; readonly was: boolean }

/** Opens or ends a window. While it lasts incidents are collected and shown; what still fires when it ends is paged then. */
export async function maintain(context: ChatContext, given: Given): Promise<Maintained> {
  const { apps, clock, may } = context
  const app = given.app ?? apps[0] ?? '*'
  if ((app !== '*' && !apps.includes(app)) || !may('operator', app)) throw unknownApp(app, apps)
  const by = byOf(context).name
  if (given.off === true)
    return { ended: app, was: await oncallOf(context).endQuiet('maintenance', app, by) }
  const lasts = given.for === undefined ? DEFAULT_MS : readDuration(given.for)
  const at = clock.now()
  const until = at + Math.min(lasts, MAX_MS)
  const quiet = { app, until, by, at, reason: given.reason ?? null }
  await oncallOf(context).keepQuiet('maintenance', quiet)
  return { quiet }
}

const unknownApp = (app: string, apps: readonly string[]): OpsError =>
  new OpsError(
    'bad_input',
    tr(`I manage no app “${app}” for you.`, `沒有可由你管理的應用程式「${app}」。`),
    {
      hint: tr(
        `Managed: ${apps.join(', ')}; * means all.`,
        `管理中的有：${apps.join('、')}；* 表示全部。`,
      ),
    },
  )

export function maintenanceReply(result: Maintained): Reply {
  if ('quiet' in result)
    return quietReply(tr('Maintenance: nobody is paged', '維護中：不呼叫任何人'), result.quiet, [
      end(result.quiet.app),
    ])
  const { ended, was } = result
  return was
    ? reply.ok(tr(`Maintenance of ${ended} is over`, `${ended} 的維護已結束`), [
        text(tr('What still fires is paged now.', '仍在發生的問題現在會呼叫。')),
      ])
    : reply.info(tr(`There is no maintenance of ${ended}`, `${ended} 沒有進行中的維護`))
}

const end = (app: string): Action => ({
  label: tr('End', '結束'),
  style: 'neutral',
  intent: { do: 'run', command: 'oncall maintenance', input: { app, off: true } },
})
