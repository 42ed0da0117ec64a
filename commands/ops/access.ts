import { z } from 'zod'
import { type AccessState, actorKey, type Grant, isEveryone } from '#core/access.ts'
import {
  appsNamed,
  keepAnAdmin,
  lockedOut,
  mayReach,
  mustBeTrusted,
  withGrant,
} from '#core/access-edit.ts'
import { grantLine, tellOfRuler } from '#core/access-news.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { grantFields } from '#core/grant-words.ts'
import { option } from '#core/options.ts'
import { reply } from '#core/reply.ts'
import { tr } from '#core/text.ts'
import { readDuration, readGrantPlace, readWho } from '#core/who.ts'

const GIVEN = ['viewer', 'responder', 'operator', 'admin'] as const

const app = z
  .string()
  .max(63)
  .optional()
  .meta({
    about: tr('Fly app, * for all (default)', 'Fly 應用程式，* 表示全部（預設）'),
    complete: 'app',
  })
const length = z
  .string()
  .max(10)
  .optional()
  .meta({
    about: tr('How long: 30m, 4h, 7d; for good if left out', '期限：30m、4h、7d；省略為永久'),
  })
const reason = z
  .string()
  .max(200)
  .optional()
  .meta({ about: tr('Why, for the record', '原因，供紀錄使用'), rest: true })

const allow = defineCommand({
  name: 'access allow',
  description: tr(
    'Give someone a role on apps in a place, for a time or for good',
    '授予某人在某地點對應用程式的角色',
  ),
  examples: [
    'access allow <@123456789012345678> operator',
    'access allow telegram:42 viewer app=my-openclaw for=4h',
  ],
  options: z.object({
    who: option.who(),
    role: z
      .enum(GIVEN)
      .meta({ about: tr('The role, which includes those before it', '角色，包含較低的角色') }),
    app,
    place: option.place().optional(),
    for: length,
    reason,
  }),
  role: 'admin',
  confirm: 'button',
  where: 'chat',
  run: (context, options) => give(context, { ...options, deny: false }),
  note: (about, options) => warning(about, { ...options, deny: false }),
  changed: (grant) => [grantLine(grant)],
  render: (grant) => reply.ok(tr('Allowed', '已授權'), [grantFields(grant)]),
})

const deny = defineCommand({
  name: 'access deny',
  description: tr(
    'Take everything from someone in a place, whatever else allows it',
    '拒絕某人在某地點的所有使用',
  ),
  examples: ['access deny discord:123456789012345678 for=1d'],
  options: z.object({
    who: option.who(),
    app,
    place: option.place().optional(),
    for: length,
    reason,
  }),
  role: 'admin',
  confirm: 'button',
  where: 'chat',
  run: (context, options) => give(context, { ...options, role: 'viewer', deny: true }),
  note: (about, options) => warning(about, { ...options, role: 'viewer', deny: true }),
  changed: (grant) => [grantLine(grant)],
  render: (grant) => reply.ok(tr('Denied', '已拒絕'), [grantFields(grant)]),
})

export default [allow, deny]

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

async function give(context: ChatContext, wish: Wish): Promise<Grant> {
  const { access, apps, clock } = context
  const now = clock.now()
  const scope = readGrantPlace(wish.place, context.place)
  mayReach(context, scope)
  mustRule(context, wish.app)
  const state = await access.fresh()
  mustBeTrusted(state, scope)
  const draft = draftOf({ ...context, now }, wish, appsNamed(apps, wish.app))
  if (isEveryone(draft.subject, scope) && !wish.deny && wish.role !== 'viewer') throw EVERYONE()
  keepAnAdmin(state, withGrant(state, draft), { place: scope, now })
  const grant = await access.grant(draft)
  await tellOfRuler(context, state, grant)
  return grant
}

/** An admin of some apps gives and takes those alone. */
function mustRule({ may }: ChatContext, app = '*'): void {
  if (may('admin', app)) return
  throw new OpsError(
    'forbidden',
    tr('You are admin of some apps only.', '你只是部分應用程式的管理員。'),
    { hint: tr('Name one of those: app=…', '請指定其中一個：app=…') },
  )
}

/** What cannot be read is said when it is done; a question needs no second telling. */
function warning({ actor, place, state, now }: Where & { state: AccessState }, wish: Wish) {
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
