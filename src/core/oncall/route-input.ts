import { type AccessState, actorKey, placeKey } from '../access.ts'
import { actorMustRule } from '../access-reach.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { tr } from '../text.ts'
import { readGrantPlace } from '../who.ts'
import type { CardPlace } from './ports.ts'
import type { Route, Source } from './route.ts'

export interface RouteWish {
  readonly source?: Source | undefined
  readonly place?: string | undefined
  readonly app?: string | undefined
}

type Standing = Pick<WorkContext, 'actor' | 'place' | 'apps'>

/** What a route is known by, as it was typed: a room that messages can be sent to, a managed app or all. Throws `bad_input`. */
export function readRoute(
  { source = '*', place, app = '*' }: RouteWish,
  { place: here, apps }: Standing,
): Pick<Route, 'source' | 'app' | 'place'> {
  const { platform, space, room = null } = readGrantPlace(place, here)
  if (platform === 'discord' && room === null && !(here.private && here.space === space))
    throw new OpsError(
      'bad_input',
      tr('A whole server is no room to write to.', '整個伺服器不是可發訊息的頻道。'),
      {
        hint: tr(
          'Name a channel: place=here, a channel mention or place=discord:<guild>/<channel>.',
          '請指定頻道：place=here、頻道提及或 place=discord:<guild>/<channel>。',
        ),
      },
    )
  if (app !== '*' && !apps.includes(app))
    throw new OpsError(
      'bad_input',
      tr(`I do not manage an app “${app}”.`, `我沒有管理「${app}」。`),
      { hint: tr(`Managed: ${apps.join(', ')}.`, `管理中的有：${apps.join(', ')}。`) },
    )
  return { source, app, place: { platform, space, room } }
}

/** Whoever rules the room, for all that the route is of; only owners reach into other guilds and chats. Throws `forbidden`, or `conflict` for a place nobody trusts. */
export function mayRoute(
  state: AccessState,
  { actor, place: here, clock }: Standing & Pick<WorkContext, 'clock'>,
  { place, app }: Pick<Route, 'place' | 'app'>,
): void {
  const owner = actor.platform === 'console' || state.owners.includes(actorKey(actor))
  const same = here.platform === place.platform && here.space === place.space
  if (!same && !owner)
    throw new OpsError(
      'forbidden',
      tr('Only an owner can change another place.', '只有擁有者可以變更其他地點。'),
      { hint: tr('Type it in that place.', '請在該地點輸入。') },
    )
  const { room, ...space } = place
  const scope = { ...space, ...(room !== null && { room }) }
  actorMustRule({ actor, place: here }, { state, scope, app, now: clock.now() })
  if (isTrusted(state, place)) return
  throw new OpsError(
    'conflict',
    tr(`${placeKey(place)} is not trusted yet.`, `${placeKey(place)} 尚未受信任。`),
    {
      hint: tr(
        'An owner types /ops access trust there first.',
        '擁有者須先在該處輸入 /ops access trust。',
      ),
    },
  )
}

/** A trusted guild or chat, or an owner's own talk. */
export const isTrusted = ({ owners, trusted }: AccessState, place: CardPlace): boolean =>
  (place.room === null && owners.includes(placeKey(place))) ||
  trusted.some(({ platform, space }) => platform === place.platform && space === place.space)
