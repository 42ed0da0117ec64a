import { z } from 'zod'
import { actorKey, type Grant, placeKey, type Scope, subjectKey } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { rank } from '#core/policy.ts'
import { roleName } from '#core/refusals.ts'
import { type Block, fields, reply, table, text } from '#core/reply.ts'
import { type Text, tr, utc } from '#core/text.ts'
import { readDuration, readPlace, readWho } from '#core/who.ts'

const GIVEN = ['viewer', 'responder', 'operator', 'admin'] as const

const place = z
  .string()
  .max(80)
  .optional()
  .meta({
    about: tr(
      'here, guild, a channel, discord:<guild>/<channel>, telegram:<chat>',
      'here、guild、頻道、discord:<guild>/<channel>、telegram:<chat>',
    ),
  })
const who = z
  .string()
  .max(80)
  .meta({
    about: tr(
      'Mention, discord:<id>, role:<id> or telegram:<id>',
      '提及、discord:<id>、role:<id> 或 telegram:<id>',
    ),
  })
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

const trust = defineCommand({
  name: 'access trust',
  description: tr('Let me work in this guild or chat at all', '允許我在此伺服器或聊天中運作'),
  examples: ['access trust', 'access trust telegram:-1001234567890'],
  options: z.object({ place }),
  role: 'owner',
  confirm: 'button',
  where: 'chat',
  async run(context, options) {
    const { platform, space } = readPlace(options.place, context.place)
    noConsole(platform)
    await context.access.trust({ platform, space }, actorKey(context.actor))
    return { place: placeKey({ platform, space }) }
  },
  render: (result) =>
    reply.ok(tr(`${result.place} is trusted`, `${result.place} 已受信任`), [
      text(
        tr(
          'Nobody has a role by that alone. Give one with /ops access allow.',
          '這本身不會給任何人角色。請使用 /ops access allow 授予。',
        ),
      ),
    ]),
})

const untrust = defineCommand({
  name: 'access untrust',
  description: tr(
    'Stop working in a guild or chat; its grants stay for later',
    '停止在伺服器或聊天中運作；授權保留',
  ),
  examples: ['access untrust'],
  options: z.object({ place }),
  role: 'owner',
  confirm: 'typed',
  where: 'chat',
  async run(context, options) {
    const { platform, space } = readPlace(options.place, context.place)
    const was = await context.access.untrust({ platform, space })
    return { place: placeKey({ platform, space }), was }
  },
  render: (result) =>
    result.was
      ? reply.ok(tr(`${result.place} is no longer trusted`, `${result.place} 不再受信任`))
      : reply.info(tr(`${result.place} was not trusted before`, `${result.place} 原本就未受信任`)),
})

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
    who,
    role: z
      .enum(GIVEN)
      .meta({ about: tr('The role, which includes those before it', '角色，包含較低的角色') }),
    app,
    place,
    for: length,
    reason,
  }),
  role: 'admin',
  confirm: 'button',
  where: 'chat',
  run: (context, options) => give(context, { ...options, deny: false }),
  render: (grant) => reply.ok(tr('Allowed', '已授權'), [grantFields(grant)]),
})

const deny = defineCommand({
  name: 'access deny',
  description: tr(
    'Take everything from someone in a place, whatever else allows it',
    '拒絕某人在某地點的所有使用',
  ),
  examples: ['access deny discord:123456789012345678 for=1d'],
  options: z.object({ who, app, place, for: length, reason }),
  role: 'admin',
  confirm: 'button',
  where: 'chat',
  run: (context, options) => give(context, { ...options, role: 'viewer', deny: true }),
  render: (grant) => reply.ok(tr('Denied', '已拒絕'), [grantFields(grant)]),
})

const list = defineCommand({
  name: 'access list',
  description: tr('Trusted places and who has which role in them', '受信任的地點與其中的角色'),
  examples: ['access list'],
  options: z.object({ who: who.optional(), place }),
  role: 'admin',
  audience: 'author',
  where: 'chat',
  async run(context, options) {
    const state = await context.access.fresh()
    const scope = readPlace(options.place, context.place)
    const subject = options.who === undefined ? undefined : subjectKey(readWho(options.who))
    const console = context.actor.platform === 'console' && options.place === undefined
    const here = (item: { platform: string; space: string }) =>
      console || (item.platform === scope.platform && item.space === scope.space)
    return {
      owners: state.owners,
      trusted: state.trusted.filter(here).map((item) => placeKey(item)),
      grants: state.grants.filter(
        (grant) =>
          here(grant.scope) && (subject === undefined || subjectKey(grant.subject) === subject),
      ),
    }
  },
  render: ({ owners, trusted, grants }) =>
    reply.info(tr('Who may do what here', '誰可以做什麼'), [
      fields(
        [tr('Owners', '擁有者'), owners.join(', ')],
        [tr('Trusted', '受信任'), trusted.join(', ') || tr('no', '否')],
      ),
      ...(grants.length === 0 ? [] : [grantTable(grants)]),
    ]),
})

export default [trust, untrust, allow, deny, list]

interface Wish {
  readonly who: string
  readonly role: Grant['role']
  readonly app?: string | undefined
  readonly place?: string | undefined
  readonly for?: string | undefined
  readonly reason?: string | undefined
  readonly deny: boolean
}

async function give(context: ChatContext, wish: Wish): Promise<Grant> {
  const { actor, access, apps, clock } = context
  const scope = readPlace(wish.place, context.place)
  noConsole(scope.platform)
  await mayGive(context, scope, wish.role)
  const target = wish.app ?? '*'
  if (target !== '*' && !apps.includes(target))
    throw new OpsError(
      'bad_input',
      tr(`I do not manage an app “${target}”.`, `我沒有管理「${target}」。`),
      {
        hint: tr(`Managed: ${apps.join(', ')}.`, `管理中的有：${apps.join(', ')}。`),
      },
    )
  return access.grant({
    subject: readWho(wish.who),
    role: wish.role,
    apps: target === '*' ? '*' : [target],
    scope,
    deny: wish.deny,
    until: wish.for === undefined ? null : clock.now() + readDuration(wish.for),
    by: actorKey(actor),
    reason: wish.reason ?? null,
  })
}

/** An admin rules the place they stand in; only owners reach into other places. */
async function mayGive(context: ChatContext, scope: Scope, role: Grant['role']): Promise<void> {
  const { place: here } = context
  const same = scope.platform === here.platform && scope.space === here.space
  if (!same && !context.may('owner', null))
    throw new OpsError(
      'forbidden',
      tr('Only an owner can change another place.', '只有擁有者可以變更其他地點。'),
    )
  const state = await context.access.fresh()
  const trusted = state.trusted.some(
    ({ platform, space }) => platform === scope.platform && space === scope.space,
  )
  if (!trusted)
    throw new OpsError(
      'conflict',
      tr(`${placeKey(scope)} is not trusted yet.`, `${placeKey(scope)} 尚未受信任。`),
      {
        hint: tr(
          'An owner types /ops access trust there first.',
          '擁有者須先在該處輸入 /ops access trust。',
        ),
      },
    )
  if (rank(role) > rank('admin'))
    throw new OpsError(
      'forbidden',
      tr('Owners come from OPS_OWNERS only.', '擁有者只能由 OPS_OWNERS 設定。'),
    )
}

function noConsole(platform: string): void {
  if (platform !== 'console') return
  throw new OpsError(
    'bad_input',
    tr('The console is no place to give roles in.', '主控台不能作為授權地點。'),
    {
      hint: tr(
        'Name one: place=discord:<guild> or place=telegram:<chat>.',
        '請指定：place=discord:<guild> 或 place=telegram:<chat>。',
      ),
    },
  )
}

const scopeKey = ({ platform, space, room }: Scope): string =>
  room === undefined ? `${platform}:${space}` : `${platform}:${space}/${room}`
const appsOf = ({ apps }: Grant): Text => (apps === '*' ? tr('all apps', '全部') : apps.join(', '))
const untilOf = ({ until }: Grant): Text => (until === null ? tr('for good', '永久') : utc(until))
const what = ({ deny: no, role }: Grant): Text => (no ? tr('denied', '拒絕') : roleName(role))

const grantFields = (grant: Grant): Block =>
  fields(
    [tr('Who', '對象'), subjectKey(grant.subject)],
    [tr('Role', '角色'), what(grant)],
    [tr('Apps', '應用程式'), appsOf(grant)],
    [tr('Place', '地點'), scopeKey(grant.scope)],
    [tr('Until', '期限'), untilOf(grant)],
    [tr('Why', '原因'), grant.reason ?? undefined],
    [tr('Grant', '授權'), grant.id],
  )

const grantTable = (grants: readonly Grant[]): Block =>
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
