import type { ChatContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { type Action, type Reply, reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { quietReply } from './incident-answers.ts'
import { readDuration } from '../who.ts'
import { byOf, findIncident, oncallOf } from './incident-find.ts'
import { readPointAfter } from './moment.ts'
import type { Quiet } from './oncall.ts'
import { readSchedule } from './schedule-store.ts'
import { zoneOf } from './who.ts'

const DEFAULT_MS = 1_800_000
/** Longer ones are forgotten by everybody but the trouble. */
const MAX_MS = 7 * 86_400_000

interface Given {
  readonly id?: string | undefined
  readonly for?: string | undefined
  readonly scope?: string | undefined
}
/** What is silent: one incident, or whatever an app comes up with. */
export interface Silenced {
  readonly id: string | null
  readonly quiet: Quiet
}

export async function keepSilent(context: ChatContext, given: Given): Promise<Silenced> {
  const { clock } = context
  const oncall = oncallOf(context)
  const by = byOf(context)
  const at = clock.now()
  const ends = given.for === undefined ? at + DEFAULT_MS : await endOf(context, given.for)
  const until = Math.min(ends, at + MAX_MS)
  if (given.scope === undefined) {
    const incident = await findIncident(context, given.id, 'responder')
    if (incident.state === 'resolved') throw OVER
    await oncall.act(incident.id, { do: 'silence', by, until })
    const app = incident.app ?? '*'
    return { id: incident.id, quiet: { app, until, by: by.name, at, reason: null } }
  }
  const app = appOf(context, given.scope)
  const quiet = { app, until, by: by.name, at, reason: null }
  await oncall.keepQuiet('silence', quiet)
  return { id: null, quiet }
}

/** A length of time, or a time of day in the schedule's zone. */
async function endOf({ store, clock }: ChatContext, typed: string): Promise<number> {
  const now = clock.now()
  const isMoment = /[:-]/.test(typed)
  const zone = zoneOf(await readSchedule(store), now)
  const until = isMoment ? readPointAfter(typed, zone, now) : now + readDuration(typed)
  if (until > now) return until
  throw new OpsError('bad_input', tr(`“${typed}” is over already.`, `「${typed}」已經過去。`))
}

const OVER = new OpsError('conflict', tr('This incident is over already.', '此事件已經結束。'))

/** An app that is managed here and of which the asker is a responder. */
function appOf({ apps, may }: ChatContext, scope: string): string {
  const app = scope.toLowerCase()
  const known = app === '*' || apps.includes(app)
  if (known && may('responder', app)) return app
  throw new OpsError(
    'bad_input',
    tr(`I manage no app “${scope}” for you.`, `沒有可由你管理的應用程式「${scope}」。`),
    {
      hint: tr(
        `Managed: ${apps.join(', ')}; * means all.`,
        `管理中的有：${apps.join('、')}；* 表示全部。`,
      ),
    },
  )
}

const undo = (input: Readonly<Record<string, string>>): Action => ({
  label: tr('Undo', '復原'),
  style: 'neutral',
  intent: { do: 'run', command: 'oncall unsilence', input },
})

export const silencedReply = ({ id, quiet }: Silenced): Reply =>
  quietReply(
    id === null ? tr('Silenced', '已設為靜音') : tr(`${id} is silenced`, `${id} 已設為靜音`),
    quiet,
    [undo(id === null ? { scope: quiet.app } : { id })],
  )

interface Ended {
  readonly what: string
  readonly was: boolean
}

export async function endSilence(context: ChatContext, given: Given): Promise<Ended> {
  const oncall = oncallOf(context)
  const by = byOf(context)
  if (given.scope !== undefined) {
    const app = appOf(context, given.scope)
    return { what: app, was: await oncall.endQuiet('silence', app, by.name) }
  }
  const incident = await findIncident(context, given.id, 'responder')
  await oncall.act(incident.id, { do: 'unsilence', by })
  return { what: incident.id, was: incident.silence !== null }
}

export const endedReply = ({ what, was }: Ended): Reply =>
  was
    ? reply.ok(tr(`${what}: the silence is over`, `${what}：靜音已結束`), [
        text(tr('People are paged again for what lasts.', '仍在發生的問題會恢復呼叫。')),
      ])
    : reply.info(tr(`${what} is not silenced`, `${what} 沒有設為靜音`))
