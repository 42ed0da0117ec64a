import { type AccessState, actorKey, placeKey, type Scope, scopeKey } from './access.ts'
import type { ChatContext } from './context.ts'
import { OpsError } from './errors.ts'
import type { Actor, Place } from './invocation.ts'
import { decide } from './policy.ts'
import { say, type Text, tr } from './text.ts'

type Space = Pick<Scope, 'platform' | 'space'>

const isIn = (scope: Space, { platform, space }: Space): boolean =>
  scope.platform === platform && scope.space === space

const CHANGE = tr('Only an owner can change another place.', '只有擁有者可以變更其他地點。')
export const LOOK = tr('Only an owner can look into another place.', '只有擁有者可以查看其他地點。')

/** Nobody but owners reaches into other guilds and chats. */
export function mayReach(
  { place: here, may }: Pick<ChatContext, 'place' | 'may'>,
  scope: Scope,
  otherwise: Text = CHANGE,
): void {
  if (!isIn(scope, here) && !may('owner', null)) throw new OpsError('forbidden', otherwise)
}

/** What an edit bears on: an app in a part of the world; `*` all of them, null none in particular. */
export interface Reach {
  readonly state: AccessState
  readonly scope: Scope
  readonly app: string | null
  readonly now: number
}

/** Whoever changes it, and whoever approved that, is admin of all that it bears on. */
export function mustRule(context: People, reach: Reach): void {
  actorMustRule(context, reach)
  approverMustRule(context, reach)
}

/** The same of whoever approved it, if somebody had to: they may have pressed as admin of one room alone. */
export function approverMustRule({ approver, place }: Omit<People, 'actor'>, reach: Reach): void {
  if (approver !== undefined) actorMustRule({ actor: approver, place }, reach)
}

type People = Pick<ChatContext, 'actor' | 'approver' | 'place'>

/**
 * Rejects where somebody is not admin of all of it: who rules one room, or some apps, rules neither the guild around it nor the others.
 * Ceilings are not heard, for they are lifted from outside.
 */
export function actorMustRule(
  { actor, place }: Pick<People, 'actor' | 'place'>,
  { state, scope, app, now }: Reach,
): void {
  if (state.owners.includes(actorKey(actor))) return
  if (isAdmin(actor, placeOf(scope, place), { state, app, now })) return
  const where = scopeKey(scope)
  const of = app === '*' ? tr('all apps', '所有應用程式') : (app ?? tr('any app', '任何應用程式'))
  throw new OpsError(
    'forbidden',
    tr(
      `${actor.name} is not admin of ${say(of, 'en')} in ${where}, so nothing was changed.`,
      `${actor.name} 不是 ${where} 中${say(of, 'zh-TW')}的管理員，因此未變更任何東西。`,
    ),
    {
      hint: tr(
        'Name a room (place=here) or an app (app=…) that they rule, or let an admin of the whole guild or chat do it.',
        '請指定其管理的頻道（place=here）或應用程式（app=…），或由整個伺服器或聊天的管理員操作。',
      ),
    },
  )
}

/** Whether somebody is admin of an app there, whatever a ceiling says for now. */
export function isAdmin(
  actor: Actor,
  place: Place,
  { state, app, now }: Omit<Reach, 'scope'>,
): boolean {
  const asked = { verb: 'ops access list', role: 'admin', confirm: 'none', app, now } as const
  return decide({ ...state, ceilings: [] }, { ...asked, actor, place }).verdict !== 'deny'
}

/** The part as a place to stand in; of the room at hand it is known which channel it hangs in. */
export function placeOf({ platform, space, room }: Scope, here: Place): Place {
  const place = { platform, space, private: false, ...(room !== undefined && { room }) }
  const isHere = isIn(place, here) && room !== undefined && room === here.room
  return isHere && here.parent !== undefined ? { ...place, parent: here.parent } : place
}

const EDIT = 'access-edit'
/** Longer than any edit takes; whoever died in one keeps the others from it no longer than that. */
const EDIT_MS = 30_000

/** One edit of a place's rules at a time, so that what was checked of them still holds when they are changed. */
export async function inTurn<T>(
  { store }: Pick<ChatContext, 'store'>,
  place: Space,
  edit: () => Promise<T>,
): Promise<T> {
  const id = placeKey(place)
  if (!(await store.create(EDIT, id, true, { ttlMs: EDIT_MS })))
    throw new OpsError(
      'busy',
      tr(
        'Somebody else changes the rules of this place at this very moment; nothing was changed.',
        '此刻另有他人正在變更此處的規則，因此未變更任何東西。',
      ),
      { hint: tr('Send it again in a few seconds.', '請幾秒後再試。') },
    )
  try {
    return await edit()
  } finally {
    // What was done is done; the turn ends by itself.
    await store.remove(EDIT, id).catch(() => {})
  }
}
