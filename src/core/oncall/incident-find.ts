import type { ChatContext } from '../context.ts'
import type { Role } from '../command.ts'
import { OpsError } from '../errors.ts'
import { tr } from '../text.ts'
import { readIncidentId } from './incident-id.ts'
import type { By, Incident } from './incident.ts'
import { noSuchIncident, type Oncall } from './oncall.ts'
import { actorKey } from '../access.ts'

/** Incidents, in a process that keeps them. */
export function oncallOf({ oncall }: Pick<ChatContext, 'oncall'>): Oncall {
  if (oncall !== undefined) return oncall
  throw new OpsError('unavailable', tr('This process keeps no incidents.', '此程序不處理事件。'))
}

export const byOf = ({ actor }: Pick<ChatContext, 'actor'>): By => ({
  key: actorKey(actor),
  name: actor.name,
})

/** By its id; without one, the one in whose thread it is asked. */
async function meant(context: ChatContext, typed: string | undefined) {
  const oncall = oncallOf(context)
  if (typed === undefined) return oncall.inThread(context.place)
  const id = readIncidentId(typed)
  return id === undefined ? undefined : oncall.get(id)
}

/** The incident that is meant: by its id, by the thread, or the only open one. One the asker may not know of is as unknown as one that never was. */
export async function findIncident(
  context: ChatContext,
  typed: string | undefined,
  role: Role,
): Promise<Incident> {
  const incident = await meant(context, typed)
  if (incident === undefined && typed === undefined) return onlyOpen(context, role)
  if (incident === undefined || !context.may('viewer', incident.app))
    throw noSuchIncident(typed ?? tr('here', '於此處'))
  if (context.may(role, incident.app)) return incident
  throw new OpsError(
    'forbidden',
    tr(`You may not do this for ${incident.app}.`, `你沒有對 ${incident.app} 執行此操作的權限。`),
    { hint: tr('Ask an admin of this place for the role.', '請向此處的管理員申請角色。') },
  )
}

async function onlyOpen(context: ChatContext, role: Role): Promise<Incident> {
  const all = await oncallOf(context).list()
  const open = all.filter(({ state, app }) => state !== 'resolved' && context.may(role, app))
  const [one, ...others] = open
  if (one !== undefined && others.length === 0) return one
  throw new OpsError(
    'bad_input',
    one === undefined
      ? tr('No incident is open.', '目前沒有進行中的事件。')
      : tr(
          `${open.length} incidents are open; say which one.`,
          `有 ${open.length} 個進行中的事件，請指定其中一個。`,
        ),
    { hint: tr('/oncall alerts lists them with their ids.', '/oncall alerts 會列出事件與編號。') },
  )
}
