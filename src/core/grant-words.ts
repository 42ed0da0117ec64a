import { type Ceiling, type Grant, type Link, scopeKey, subjectKey } from './access.ts'
import { roleName } from './refusals.ts'
import { type Block, fields, table } from './reply.ts'
import { say, type Text, tr, utc } from './text.ts'

const appsOf = ({ apps }: Grant): Text => (apps === '*' ? tr('all apps', '全部') : apps.join(', '))
/** How long it holds. */
export const untilOf = ({ until }: Pick<Grant, 'until'>): Text =>
  until === null ? tr('for good', '永久') : utc(until)
function what({ deny: no, role, elevation }: Grant): Text {
  if (no) return tr('denied', '拒絕')
  if (elevation === undefined) return roleName(role)
  return tr(
    `${say(roleName(role), 'en')} (elevated)`,
    `${say(roleName(role), 'zh-TW')}（暫時提升）`,
  )
}

/** One grant as a person reads it. */
export const grantFields = (grant: Grant): Block =>
  fields(
    [tr('Who', '對象'), subjectKey(grant.subject)],
    [tr('Role', '角色'), what(grant)],
    [tr('Apps', '應用程式'), appsOf(grant)],
    [tr('Place', '地點'), scopeKey(grant.scope)],
    [tr('Until', '期限'), untilOf(grant)],
    [tr('Why', '原因'), grant.reason ?? undefined],
    [tr('Grant', '授權'), grant.id],
  )

/** Several grants, a row each. */
export const grantTable = (grants: readonly Grant[]): Block =>
  table(
    [
      tr('Who', '對象'),
      tr('Role', '角色'),
      tr('Apps', '應用程式'),
      tr('Place', '地點'),
      tr('Until', '期限'),
      tr('By', '授權者'),
    ],
    grants.map((grant) => [
      subjectKey(grant.subject),
      what(grant),
      appsOf(grant),
      scopeKey(grant.scope),
      untilOf(grant),
      grant.by,
    ]),
  )

/** What nobody may go beyond, a row a place. */
export const ceilingTable = (ceilings: readonly Ceiling[]): Block =>
  table(
    [
      tr('At most', '上限'),
      tr('Place', '地點'),
      tr('Until', '期限'),
      tr('By', '設定者'),
      tr('Why', '原因'),
    ],
    ceilings.map((one) => [
      roleName(one.role),
      scopeKey(one.scope),
      untilOf(one),
      one.by,
      one.reason ?? '',
    ]),
  )

/** Accounts that are one person, a row each. */
export const linkTable = (links: readonly Link[]): Block =>
  table(
    [tr('One person', '同一人'), tr('Since', '自')],
    links.map(({ accounts, at }) => [accounts.join(' = '), utc(at)]),
  )
