import { z } from 'zod'
import { type AccessState, actorKey, type Ceiling, scopeKey } from '#core/access.ts'
import { keepAnAdmin, lockedOut, mustBeTrusted, withCeiling } from '#core/access-edit.ts'
import { inTurn, mayReach, mustRule } from '#core/access-reach.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { option } from '#core/options.ts'
import { roleName } from '#core/refusals.ts'
import { fields, reply, text } from '#core/reply.ts'
import { tr, utc } from '#core/text.ts'
import { readDuration, readGrantPlace } from '#core/who.ts'

interface Wish {
  readonly role: Ceiling['role'] | 'off'
  readonly place?: string | undefined
  readonly for?: string | undefined
  readonly reason?: string | undefined
}
type Where = Pick<ChatContext, 'actor' | 'place'> & { readonly now: number }

/** Done when: the store has the ceiling, or has it no more. */
export default defineCommand({
  name: 'access ceiling',
  description: tr(
    'The most that anybody may do in a place, owners too',
    '某地點中任何人（含擁有者）的權限上限',
  ),
  examples: ['access ceiling responder', 'access ceiling off place=<#123456789012345678>'],
  options: z.object({
    role: z
      .enum(['viewer', 'responder', 'operator', 'admin', 'off'])
      .meta({ about: tr('The most there is, or off', '上限角色，或 off 解除') }),
    place: option.place().optional(),
    for: option
      .length(tr('How long: 30m, 4h, 7d; for good if left out', '期限：30m、4h、7d；省略為永久'))
      .optional(),
    reason: z
      .string()
      .max(200)
      .optional()
      .meta({ about: tr('Why, for the record', '原因，供紀錄使用'), rest: true }),
  }),
  role: 'admin',
  confirm: 'button',
  where: 'chat',

  async run(context, wish) {
    const { access, clock } = context
    const now = clock.now()
    const draft = draftOf({ ...context, now }, wish)
    const { scope } = draft
    mayReach(context, scope)
    await inTurn(context, scope, async () => {
      const state = await access.fresh()
      mustBeTrusted(state, scope)
      mustRule(context, { state, scope, app: '*', now })
      keepAnAdmin(state, withCeiling(state, draft), { place: scope, now })
      await access.ceiling(draft)
    })
    return { ...draft, scope: scopeKey(scope) }
  },

  changed: ({ scope, role }) => [`${scope} ceiling: ${role ?? 'none'}`],
  note: (about, wish) => warning(about, wish),

  render: ({ role, scope, until, reason }) =>
    role === null
      ? reply.ok(tr(`No ceiling in ${scope} any more`, `${scope} 不再有上限`))
      : reply.ok(tr('Ceiling set', '已設定上限'), [
          fields(
            [tr('Place', '地點'), scope],
            [tr('At most', '上限'), roleName(role)],
            [tr('Until', '期限'), until === null ? tr('for good', '永久') : utc(until)],
            [tr('Why', '原因'), reason ?? undefined],
          ),
          text(
            tr(
              'It holds for owners, too, and for threads below a channel. It is lifted from outside: another room, an owner’s private talk with me (place=…), or the console.',
              '對擁有者與頻道下的討論串同樣有效。須從外部解除：其他頻道、擁有者與我的私訊（place=…）或主控台。',
            ),
          ),
        ]),
})

function draftOf({ actor, place, now }: Where, wish: Wish) {
  return {
    scope: readGrantPlace(wish.place, place),
    role: wish.role === 'off' ? null : wish.role,
    until: wish.for === undefined ? null : now + readDuration(wish.for),
    by: actorKey(actor),
    reason: wish.reason ?? null,
  }
}

/** What cannot be read is said when it is done. */
function warning({ actor, place, state, now }: Where & { state: AccessState }, wish: Wish) {
  try {
    const after = withCeiling(state, draftOf({ actor, place, now }, wish))
    return lockedOut({ actor, place }, now, { before: state, after })
  } catch (error) {
    if (error instanceof OpsError) return undefined
    throw error
  }
}
