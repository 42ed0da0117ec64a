import { z } from 'zod'
import { type Grant, scopeKey, subjectKey } from '#core/access.ts'
import { denialOver } from '#core/access-edit.ts'
import { give, lift, warning } from '#core/access-give.ts'
import { grantLine } from '#core/access-news.ts'
import { defineCommand } from '#core/command.ts'
import { grantFields } from '#core/grant-words.ts'
import { option } from '#core/options.ts'
import { fields, reply, text } from '#core/reply.ts'
import { tr } from '#core/text.ts'

const GIVEN = ['viewer', 'responder', 'operator', 'admin'] as const

const app = z
  .string()
  .max(63)
  .optional()
  .meta({
    about: tr('Fly app, * for all (default)', 'Fly 應用程式，* 表示全部（預設）'),
    complete: 'app',
  })
const length = option
  .length(tr('How long: 30m, 4h, 7d; for good if left out', '期限：30m、4h、7d；省略為永久'))
  .optional()
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
  run: async (context, options) => {
    const grant = await give(context, { ...options, deny: false })
    const { grants } = await context.access.fresh()
    return { ...grant, denial: denialOver(grants, grant, context.clock.now()) ?? null }
  },
  note: (about, options) => warning(about, { ...options, deny: false }),
  changed: (grant) => [grantLine(grant)],
  render: ({ denial, ...grant }) =>
    denial === null
      ? reply.ok(tr('Allowed', '已授權'), [grantFields(grant)])
      : reply.warn(tr('Allowed, but still denied', '已授權，但仍被拒絕'), [
          grantFields(grant),
          text(stillDenied(denial)),
        ]),
})

const deny = defineCommand({
  name: 'access deny',
  description: tr(
    'Take everything from someone in a place, whatever else allows it',
    '拒絕某人在某地點的所有使用',
  ),
  examples: [
    'access deny discord:123456789012345678 for=1d',
    'access deny discord:123456789012345678 for=off',
  ],
  options: z.object({
    who: option.who(),
    app,
    place: option.place().optional(),
    for: option
      .length(
        tr(
          'How long: 30m, 4h, 7d; for good if left out; off ends a denial',
          '期限：30m、4h、7d；省略為永久；off 結束拒絕',
        ),
        { off: true },
      )
      .optional(),
    reason,
  }),
  role: 'admin',
  confirm: 'button',
  where: 'chat',
  run: async (context, options) => {
    const wish = { ...options, role: 'viewer', deny: true } as const
    if (options.for !== 'off') return { ...(await give(context, wish)), lifted: false }
    return { ...(await lift(context, { ...wish, for: undefined })), lifted: true }
  },
  note: (about, options) => warning(about, { ...options, role: 'viewer', deny: true }),
  changed: ({ lifted, ...grant }) => [`${lifted ? 'taken back: ' : ''}${grantLine(grant)}`],
  render: ({ lifted, ...grant }) =>
    lifted
      ? reply.ok(tr('No longer denied', '不再拒絕'), [
          fields(
            [tr('Who', '對象'), subjectKey(grant.subject)],
            [tr('Place', '地點'), scopeKey(grant.scope)],
            [tr('Ended', '已結束'), grant.id],
          ),
        ])
      : reply.ok(tr('Denied', '已拒絕'), [grantFields(grant)]),
})

export default [allow, deny]

const stillDenied = ({ id, subject, scope, apps }: Grant) => {
  const app = apps === '*' ? '' : ` app=${apps.join(',')}`
  const off = `/ops access deny ${subjectKey(subject)} place=${scopeKey(scope)}${app} for=off`
  return tr(
    `Denial ${id} wins over this. To end it: ${off}`,
    `拒絕 ${id} 優先於此授權。若要結束：${off}`,
  )
}
