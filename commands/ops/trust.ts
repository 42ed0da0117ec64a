import { z } from 'zod'
import { actorKey, placeKey, type Scope, type Subject } from '#core/access.ts'
import { hasAdmin } from '#core/access-edit.ts'
import { tellOfPlace } from '#core/access-news.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { option } from '#core/options.ts'
import { code as codeBlock, fields, reply, text } from '#core/reply.ts'
import { tr } from '#core/text.ts'
import { readGrantPlace, readPlace, readWho } from '#core/who.ts'

const trust = defineCommand({
  name: 'access trust',
  description: tr('Let me work in this guild or chat at all', '允許我在此伺服器或聊天中運作'),
  examples: [
    'access trust',
    'access trust place=telegram:-1001234567890 who=telegram:42',
    'access trust code=7K3M-9QAB-C2DE-F4GH',
  ],
  options: z.object({
    place: option.place().optional(),
    who: option.who().optional(),
    code: z
      .string()
      .max(40)
      .optional()
      .meta({ about: tr('One-time code that an owner made', '擁有者產生的一次性代碼') }),
  }),
  role: ({ code }) => (code === undefined ? 'owner' : 'known'),
  confirm: 'button',
  where: 'chat',
  async run(context, options) {
    if (options.code !== undefined) return byCode(context, options.code)
    const admin = options.who === undefined ? null : personOf(options.who)
    return open(context, readGrantPlace(options.place, context.place), {
      by: actorKey(context.actor),
      admin,
    })
  },
  changed: ({ place, admin }) => [
    `${place} is trusted${admin === null ? '' : `, first admin ${admin}`}`,
  ],
  render: (result) =>
    reply.ok(tr(`${result.place} is trusted`, `${result.place} 已受信任`), [
      ...(result.admin === null ? [] : [fields([tr('First admin', '第一位管理員'), result.admin])]),
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
  options: z.object({ place: option.place().optional() }),
  role: 'owner',
  confirm: 'typed',
  where: 'chat',
  async run(context, options) {
    const { platform, space } = readPlace(options.place, context.place)
    const was = await context.access.untrust({ platform, space })
    return { place: placeKey({ platform, space }), was }
  },
  changed: ({ place, was }) => (was ? [`${place} is no longer trusted`] : []),
  render: (result) =>
    result.was
      ? reply.ok(tr(`${result.place} is no longer trusted`, `${result.place} 不再受信任`))
      : reply.info(tr(`${result.place} was not trusted before`, `${result.place} 原本就未受信任`)),
})

const code = defineCommand({
  name: 'access code',
  description: tr(
    'A one-time code with which a guild or chat is trusted',
    '用來信任伺服器或聊天的一次性代碼',
  ),
  examples: ['access code', 'access code who=telegram:42'],
  options: z.object({ who: option.who().optional() }),
  role: 'owner',
  audience: 'author',
  where: 'chat',
  async run({ actor, access }, { who }) {
    const admin = who === undefined ? null : personOf(who)
    return { code: await access.makeCode({ for: 'trust', by: actorKey(actor), admin }) }
  },
  render: (result) =>
    reply.info(tr('Type this in the guild or chat', '請在該伺服器或聊天中輸入'), [
      codeBlock(`/ops access trust code=${result.code}`),
      text(
        tr(
          'Good once, for ten minutes, for whoever types it. It opens the place and gives no role, but to the first admin you named.',
          '十分鐘內有效、僅能使用一次，任何人輸入皆可。它只會開啟該地點；除了你指定的第一位管理員，不會授予角色。',
        ),
      ),
    ]),
})

export default [trust, untrust, code]

async function byCode(context: ChatContext, typed: string) {
  const use = await context.access.useCode(typed, 'trust')
  if (use === undefined) throw BAD_CODE()
  return open(context, readGrantPlace('here', context.place), use)
}

/** The first admin comes along with the trust where no owner has an account: a place that nobody rules could never be ruled. */
async function open(
  context: ChatContext,
  { platform, space }: Scope,
  { by, admin }: { readonly by: string; readonly admin: Subject | null },
) {
  const { access, clock } = context
  const now = clock.now()
  const place = { platform, space }
  const state = await access.fresh()
  if (admin === null && !hasAdmin(state, place, now)) throw NO_ADMIN(platform)
  await access.trust(place, by)
  if (admin !== null)
    await access.grant({
      subject: admin,
      role: 'admin',
      apps: '*',
      scope: place,
      deny: false,
      until: null,
      by,
      reason: null,
    })
  const named = admin?.kind === 'user' ? actorKey(admin) : null
  const opened = { place: placeKey(place), admin: named }
  await tellOfPlace(context, state, { key: opened.place, admin: named, by })
  return opened
}

function personOf(typed: string): Subject {
  const subject = readWho(typed)
  if (subject.kind === 'user') return subject
  throw new OpsError(
    'bad_input',
    tr('The first admin is a person, no role.', '第一位管理員必須是個人，不能是身分組。'),
    { hint: tr('Write discord:<id> or telegram:<id>.', '請寫 discord:<id> 或 telegram:<id>。') },
  )
}

const BAD_CODE = (): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      'There is no such code, or it is used up or older than ten minutes.',
      '沒有這個代碼，或已使用、已超過十分鐘。',
    ),
    { hint: tr('An owner makes one: /ops access code', '由擁有者產生：/ops access code') },
  )
const NO_ADMIN = (platform: string): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `No owner has an account on ${platform}, so nobody could rule that place.`,
      `沒有擁有者在 ${platform} 上有帳號，因此沒有人能管理該處。`,
    ),
    {
      hint: tr(
        'Name its first admin: who=telegram:<id> or who=discord:<id>.',
        '請指定第一位管理員：who=telegram:<id> 或 who=discord:<id>。',
      ),
    },
  )
