import { z } from 'zod'
import { actorKey, type Grant, placeKey, type Scope, subjectKey } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { grantFields, grantTable } from '#core/grant-words.ts'
import { option } from '#core/options.ts'
import { rank } from '#core/policy.ts'
import { fields, reply } from '#core/reply.ts'
import { type Text, tr } from '#core/text.ts'
import { readDuration, readGrantPlace, readPlace, readWho } from '#core/who.ts'

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
  render: (grant) => reply.ok(tr('Denied', '已拒絕'), [grantFields(grant)]),
})

const list = defineCommand({
  name: 'access list',
  description: tr('Trusted places and who has which role in them', '受信任的地點與其中的角色'),
  examples: ['access list'],
  options: z.object({ who: option.who().optional(), place: option.place().optional() }),
  role: 'admin',
  audience: 'author',
  where: 'chat',
  async run(context, options) {
    const state = await context.access.fresh()
    const scope = readPlace(options.place, context.place)
    mayReach(context, scope, LOOK)
    const subject = options.who === undefined ? undefined : subjectKey(readWho(options.who))
    const console = context.actor.platform === 'console' && options.place === undefined
    const here = (item: { platform: string; space: string }) =>
      console || (item.platform === scope.platform && item.space === scope.space)
    return {
      owners: state.owners,
      trusted: state.trusted.filter(here).map((item) => placeKey(item)),
      grants: state.grants
        .filter(
          (grant) =>
            here(grant.scope) && (subject === undefined || subjectKey(grant.subject) === subject),
        )
        .toSorted(byRole),
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

export default [allow, deny, list]

/** The mightiest first. */
const byRole = (a: Grant, b: Grant): number =>
  rank(b.role) - rank(a.role) || (subjectKey(a.subject) < subjectKey(b.subject) ? -1 : 1)

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
  const scope = readGrantPlace(wish.place, context.place)
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

const CHANGE = tr('Only an owner can change another place.', '只有擁有者可以變更其他地點。')
const LOOK = tr('Only an owner can look into another place.', '只有擁有者可以查看其他地點。')

/** An admin rules the place they stand in; only owners reach into other places. */
function mayReach(context: ChatContext, scope: Scope, otherwise: Text): void {
  const { place: here } = context
  const same = scope.platform === here.platform && scope.space === here.space
  if (!same && !context.may('owner', null)) throw new OpsError('forbidden', otherwise)
}

async function mayGive(context: ChatContext, scope: Scope, role: Grant['role']): Promise<void> {
  mayReach(context, scope, CHANGE)
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
