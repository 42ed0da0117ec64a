import { type AccessState, actorKey, type Grant, scopeKey, subjectKey } from './access.ts'
import type { ChatContext } from './context.ts'
import { fields, type Reply, reply, text } from './reply.ts'
import { rank } from './reach.ts'
import { adminsOf } from './tell-admins.ts'
import { tr } from './text.ts'

type Teller = Pick<ChatContext, 'actor' | 'tell' | 'clock'>

/**
 * Whoever rules a place hears of everybody who comes to rule it, and of everybody who is kept from it, them too: one press of a stolen account
 * is not to be a second admin, or the end of the others, unnoticed. But for the account that did it.
 */
export async function tellOfRuler(
  { actor, tell, clock }: Teller,
  before: AccessState,
  grant: Grant,
): Promise<void> {
  const { subject, scope, deny } = grant
  const rulers = adminsOf(before, clock.now(), scope)
  const who = subjectKey(subject)
  const isNews = deny
    ? rulers.includes(who) || subject.kind === 'role'
    : rank(grant.role) >= rank('admin')
  if (!isNews) return
  const to = rulers.filter((key) => key !== actorKey(actor))
  await tell(to, deny ? denied(actor, grant) : made(actor, grant))
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

const grantedFields = (actor: Teller['actor'], { scope, apps, reason, id }: Grant) =>
  fields(
    [tr('By', '操作者'), `${actor.name} (${actorKey(actor)})`],
    [tr('Place', '地點'), scopeKey(scope)],
    [tr('Apps', '應用程式'), apps === '*' ? tr('all apps', '全部') : apps.join(', ')],
    [tr('Why', '原因'), reason ?? undefined],
    [tr('Grant', '授權'), id],
  )

const made = (actor: Teller['actor'], grant: Grant): Reply => {
  const who = subjectKey(grant.subject)
  return reply.warn(tr(`${who} is an admin now`, `${who} 已成為管理員`), [
    grantedFields(actor, grant),
    text(
      tr(
        `If that should not be: /ops access deny ${who} there, or /ops freeze first, which stops every change.`,
        `若不應如此：請在該處輸入 /ops access deny ${who}，或先輸入 /ops freeze 停止所有變更。`,
      ),
    ),
  ])
}

const denied = (actor: Teller['actor'], grant: Grant): Reply => {
  const who = subjectKey(grant.subject)
  return reply.warn(tr(`${who} is denied now`, `${who} 已被拒絕使用`), [
    grantedFields(actor, grant),
    text(
      tr(
        'If that should not be, stop every change first: /ops freeze. An owner, whom no denial touches, puts it right.',
        '若不應如此，請先停止所有變更：/ops freeze。擁有者不受拒絕影響，可以改正。',
      ),
    ),
  ])
}

/** A grant in one line, for the record. */
export const grantLine = ({ subject, role, apps, scope, deny, until }: Grant): string =>
  [
    subjectKey(subject),
    deny ? 'denied' : role,
    apps === '*' ? 'all apps' : apps.join(', '),
    scopeKey(scope),
    until === null ? 'for good' : `until ${new Date(until).toISOString()}`,
  ].join(' · ')
