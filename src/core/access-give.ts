import {
  type AccessState,
  actorKey,
  type Grant,
  isEveryone,
  type Scope,
  scopeKey,
} from './access.ts'
import {
  appsNamed,
  isReplaced,
  keepAnAdmin,
  lockedOut,
  mustBeTrusted,
  withGrant,
} from './access-edit.ts'
import { tellOfLifted, tellOfRuler } from './access-news.ts'
import { inTurn, mayReach, mustRule } from './access-reach.ts'
import type { ChatContext } from './context.ts'
import { OpsError } from './errors.ts'
import { tr } from './text.ts'
import { readDuration, readGrantPlace, readWho } from './who.ts'

/** What somebody wants to be given, or denied. */
interface Wish {
  readonly who: string
  readonly role: Grant['role']
  readonly app?: string | undefined
  readonly place?: string | undefined
  readonly for?: string | undefined
  readonly reason?: string | undefined
  readonly deny: boolean
}
type Where = Pick<ChatContext, 'actor' | 'place'> & { readonly now: number }

function draftOf({ actor, place, now }: Where, wish: Wish, apps: Grant['apps']) {
  return {
    subject: readWho(wish.who),
    role: wish.role,
    apps,
    scope: readGrantPlace(wish.place, place),
    deny: wish.deny,
    until: wish.for === undefined ? null : now + readDuration(wish.for),
    by: actorKey(actor),
    reason: wish.reason ?? null,
  }
}

/** Gives, or denies. */
export const give = (context: ChatContext, wish: Wish): Promise<Grant> =>
  edit(context, wish, (around) => giveIn(context, wish, around))

/** Takes back a denial of just this subject, place and app. */
export const lift = (context: ChatContext, wish: Wish): Promise<Grant> =>
  edit(context, wish, async ({ state, scope, now }) => {
    const draft = draftOf({ ...context, now }, wish, appsNamed(context.apps, wish.app))
    const denial = state.grants.find((one) => isReplaced(one, draft))
    if (denial === undefined) throw NOT_DENIED(wish.who, scopeKey(scope))
    await context.access.revoke(denial.id)
    await tellOfLifted(context, state, denial)
    return denial
  })

interface Around {
  readonly state: AccessState
  readonly scope: Scope
  readonly now: number
}

/** By whoever rules what it bears on, and nobody else at the same time. */
async function edit<T>(
  context: ChatContext,
  wish: Wish,
  work: (around: Around) => Promise<T>,
): Promise<T> {
  const scope = readGrantPlace(wish.place, context.place)
  mayReach(context, scope)
  return inTurn(context, scope, async () => {
    const now = context.clock.now()
    const state = await context.access.fresh()
    mustBeTrusted(state, scope)
    mustRule(context, { state, scope, app: wish.app ?? '*', now })
    return work({ state, scope, now })
  })
}

async function giveIn(
  context: ChatContext,
  wish: Wish,
  { state, scope, now }: Around,
): Promise<Grant> {
  const { access, apps } = context
  const draft = draftOf({ ...context, now }, wish, appsNamed(apps, wish.app))
  if (isEveryone(draft.subject, scope) && !wish.deny && wish.role !== 'viewer') throw EVERYONE()
  keepAnAdmin(state, withGrant(state, draft), { place: scope, now })
  const grant = await access.grant(draft)
  await tellOfRuler(context, state, grant)
  return grant
}

/** A word for who would lock themself out. What cannot be read is said when it is done; a question needs no second telling. */
export function warning({ actor, place, state, now }: Where & { state: AccessState }, wish: Wish) {
  try {
    const apps = wish.app === undefined || wish.app === '*' ? '*' : [wish.app]
    const after = withGrant(state, draftOf({ actor, place, now }, wish, apps))
    return lockedOut({ actor, place }, now, { before: state, after })
  } catch (error) {
    if (error instanceof OpsError) return undefined
    throw error
  }
}

const EVERYONE = (): OpsError =>
  new OpsError(
    'forbidden',
    tr('Everybody in a guild at once can be viewer at most.', '伺服器的全體成員最多只能是檢視者。'),
    { hint: tr('Name a person or a smaller role.', '請指定個人或較小的身分組。') },
  )

const NOT_DENIED = (who: string, where: string): OpsError =>
  new OpsError(
    'not_found',
    tr(`There is no such denial of ${who} in ${where}.`, `${where} 沒有對 ${who} 的這項拒絕。`),
    {
      hint: tr(
        '/ops access list shows them; place= and app= have to be those of the denial.',
        '/ops access list 會列出；place= 與 app= 須與該拒絕相同。',
      ),
    },
  )
