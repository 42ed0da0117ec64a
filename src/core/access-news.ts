import {
  type AccessState,
  actorKey,
  type Grant,
  guardedApp,
  placeKey,
  scopeKey,
  subjectKey,
} from './access.ts'
import { isReplaced } from './access-edit.ts'
import type { ChatContext } from './context.ts'
import { fields, type Reply, reply, text } from './reply.ts'
import { untilOf } from './grant-words.ts'
import { isLive, rank } from './reach.ts'
import { roleName } from './refusals.ts'
import { adminsOf } from './tell-admins.ts'
import { say, tr } from './text.ts'

type Teller = Pick<ChatContext, 'actor' | 'approvedBy' | 'tell' | 'clock'>

/**
 * Whoever rules a place hears of everybody who comes to rule it, and of everybody who is kept from it or rules it no more, them too: one press
 * of a stolen account is not to be a second admin, or the end of the others, unnoticed. But for those who did it.
 */
export async function tellOfRuler(
  { actor, approvedBy, tell, clock }: Teller,
  before: AccessState,
  grant: Grant,
): Promise<void> {
  const now = clock.now()
  const rulers = adminsOf(before, now, grant.scope)
  const said = newsOf(actor, { before, grant, rulers, now })
  if (said !== undefined) await tell(others(rulers, { actor, approvedBy }), said)
}

/** A denial of somebody who rules, or of a role, is taken back: it is news as it was when it came. */
export async function tellOfLifted(
  { actor, approvedBy, tell, clock }: Teller,
  before: AccessState,
  denial: Grant,
): Promise<void> {
  const rulers = adminsOf(before, clock.now(), denial.scope)
  const who = subjectKey(denial.subject)
  if (denial.subject.kind === 'user' && !rulers.includes(who)) return
  const title = tr(`${who} is no longer denied`, `${who} 不再被拒絕`)
  const said = reply.warn(title, [
    fields(
      [tr('By', '操作者'), `${actor.name} (${actorKey(actor)})`],
      [tr('Place', '地點'), scopeKey(denial.scope)],
      [tr('Ended', '已結束'), denial.id],
    ),
  ])
  await tell(others(rulers, { actor, approvedBy }), said)
}

/** But for those who did it. */
const others = (
  rulers: readonly string[],
  { actor, approvedBy }: Pick<Teller, 'actor' | 'approvedBy'>,
): readonly string[] => rulers.filter((key) => key !== actorKey(actor) && key !== approvedBy)

interface Edited {
  readonly before: AccessState
  readonly grant: Grant
  readonly rulers: readonly string[]
  readonly now: number
}

function newsOf(actor: Teller['actor'], { before, grant, rulers, now }: Edited): Reply | undefined {
  const { subject, deny, role } = grant
  if (deny)
    return rulers.includes(subjectKey(subject)) || subject.kind === 'role'
      ? denied(actor, grant)
      : undefined
  if (rank(role) >= rank(leastNews(before, grant))) return made(actor, grant)
  const ruled = before.grants.some(
    (one) => isReplaced(one, grant) && isLive(one.until, now) && rank(one.role) >= rank('admin'),
  )
  return ruled ? lowered(actor, grant) : undefined
}

/** Where settings ask for a second person for what operators do, operators can be that. */
function leastNews({ guards = [] }: AccessState, { scope, apps }: Grant): Grant['role'] {
  const place = placeKey(scope)
  const bears = (on: string) =>
    on === place ||
    on.startsWith(`${place}/`) ||
    (on.startsWith('app:') && (apps === '*' || apps.some((app) => on === guardedApp(app))))
  return guards.some(({ on, second }) => second !== null && bears(on)) ? 'operator' : 'admin'
}

/** Owners hear of every place that is opened, but for the account that did it. */
export async function tellOfPlace(
  { actor, tell }: Teller,
  { owners }: Pick<AccessState, 'owners'>,
  place: { readonly key: string; readonly admin: string | null; readonly by: string },
): Promise<void> {
  const to = owners.filter((key) => key !== actorKey(actor))
  const by = `${actor.name} (${actorKey(actor)})`
  await tell(
    to,
    reply.warn(tr(`${place.key} is trusted now`, `${place.key} 已受信任`), [
      fields(
        [tr('By', '操作者'), by],
        [
          tr('With a code of', '使用代碼，產生者'),
          place.by === actorKey(actor) ? undefined : place.by,
        ],
        [tr('First admin', '第一位管理員'), place.admin ?? undefined],
      ),
      text(
        tr(
          `If nobody of you meant this, an owner types /ops access untrust place=${place.key}.`,
          `若非你們的本意，請由擁有者輸入 /ops access untrust place=${place.key}。`,
        ),
      ),
    ]),
  )
}

const grantedFields = (actor: Teller['actor'], { scope, apps, until, reason, id }: Grant) =>
  fields(
    [tr('By', '操作者'), `${actor.name} (${actorKey(actor)})`],
    [tr('Place', '地點'), scopeKey(scope)],
    [tr('Apps', '應用程式'), apps === '*' ? tr('all apps', '全部') : apps.join(', ')],
    [tr('Until', '期限'), untilOf({ until })],
    [tr('Why', '原因'), reason ?? undefined],
    [tr('Grant', '授權'), id],
  )

const made = (actor: Teller['actor'], grant: Grant): Reply => {
  const { role } = grant
  const who = subjectKey(grant.subject)
  const title = tr(`${who} is an ${role} now`, `${who} 已成為${say(roleName(role), 'zh-TW')}`)
  return reply.warn(title, [
    grantedFields(actor, grant),
    text(
      tr(
        `If that should not be: /ops access deny ${who} there, or /ops freeze first, which stops every change.`,
        `若不應如此：請在該處輸入 /ops access deny ${who}，或先輸入 /ops freeze 停止所有變更。`,
      ),
    ),
  ])
}

const lowered = (actor: Teller['actor'], grant: Grant): Reply => {
  const { role } = grant
  const who = subjectKey(grant.subject)
  const title = tr(
    `${who} is ${role} now, no admin any more`,
    `${who} 現為${say(roleName(role), 'zh-TW')}，不再是管理員`,
  )
  return reply.warn(title, [grantedFields(actor, grant), PUT_RIGHT])
}

const denied = (actor: Teller['actor'], grant: Grant): Reply => {
  const who = subjectKey(grant.subject)
  return reply.warn(tr(`${who} is denied now`, `${who} 已被拒絕使用`), [
    grantedFields(actor, grant),
    PUT_RIGHT,
  ])
}

const PUT_RIGHT = text(
  tr(
    'If that should not be, stop every change first: /ops freeze. An owner, whom no denial touches, puts it right.',
    '若不應如此，請先停止所有變更：/ops freeze。擁有者不受拒絕影響，可以改正。',
  ),
)

/** A grant in one line, for the record. */
export const grantLine = ({ subject, role, apps, scope, deny, until }: Grant): string =>
  [
    subjectKey(subject),
    deny ? 'denied' : role,
    apps === '*' ? 'all apps' : apps.join(', '),
    scopeKey(scope),
    until === null ? 'for good' : `until ${new Date(until).toISOString()}`,
  ].join(' · ')
