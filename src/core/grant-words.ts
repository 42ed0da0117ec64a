import { type Grant, type Scope, subjectKey } from './access.ts'
import { roleName } from './refusals.ts'
import { type Block, fields, table } from './reply.ts'
import { type Text, tr, utc } from './text.ts'

const scopeKey = ({ platform, space, room }: Scope): string =>
  room === undefined ? `${platform}:${space}` : `${platform}:${space}/${room}`
const appsOf = ({ apps }: Grant): Text => (apps === '*' ? tr('all apps', '全部') : apps.join(', '))
const untilOf = ({ until }: Grant): Text => (until === null ? tr('for good', '永久') : utc(until))
const what = ({ deny: no, role }: Grant): Text => (no ? tr('denied', '拒絕') : roleName(role))

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
