import { z } from 'zod'
import { actorKey } from '#core/access.ts'
import { appsNamed, mustBeTrusted } from '#core/access-edit.ts'
import { grantLine, tellOfRuler } from '#core/access-news.ts'
import { approverMustRule, mayReach, placeOf, type Reach } from '#core/access-reach.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { grantFields } from '#core/grant-words.ts'
import { option } from '#core/options.ts'
import { decide, rank } from '#core/policy.ts'
import { fields, reply, text } from '#core/reply.ts'
import { tr } from '#core/text.ts'
import { readDuration, readGrantPlace } from '#core/who.ts'

const DEFAULT = '30m'
/** What is wanted for longer than a shift is a grant, and an admin gives it. */
const LONGEST_MS = 12 * 3_600_000

/** Done when: the store has the grant, with its end and with who approved it. */
export default defineCommand({
  name: 'access elevate',
  description: tr(
    'A higher role for yourself, for a while, when an admin approves',
    '經管理員核准，暫時提升自己的角色',
  ),
  examples: ['access elevate admin for=30m reason="rotate the leaked token"'],
  options: z.object({
    role: z.enum(['operator', 'admin']).meta({ about: tr('The role you need', '你需要的角色') }),
    app: z
      .string()
      .max(63)
      .optional()
      .meta({
        about: tr('Fly app, * for all (default)', 'Fly 應用程式，* 表示全部（預設）'),
        complete: 'app',
      }),
    place: option.place().optional(),
    for: option
      .length(tr('How long, 12h at most; 30m if left out', '多久，最多 12h；省略為 30m'))
      .default(DEFAULT),
    reason: z
      .string()
      .min(3)
      .max(200)
      .meta({
        about: tr('Why you need it; the approver reads it', '原因；核准者會看到'),
        rest: true,
      }),
  }),
  role: 'operator',
  confirm: 'second',
  approver: 'admin',
  where: 'chat',

  async run(context, { role, app, place, for: length, reason }) {
    const { actor, access, apps, clock, approvedBy } = context
    const scope = readGrantPlace(place, context.place)
    mayReach(context, scope)
    const state = await access.fresh()
    mustBeTrusted(state, scope)
    const reach = { state, scope, app: app ?? '*', now: clock.now() }
    if (actor.platform === 'console' || hasIt(context, role, reach)) throw HAS_IT()
    approverMustRule(context, reach)
    const lengthMs = readDuration(length)
    if (lengthMs > LONGEST_MS) throw TOO_LONG()
    const grant = await access.grant({
      subject: { kind: 'user', platform: actor.platform, id: actor.id },
      role,
      apps: appsNamed(apps, app),
      scope,
      deny: false,
      until: clock.now() + lengthMs,
      by: actorKey(actor),
      reason,
      elevation: { approvedBy },
    })
    await tellOfRuler(context, state, grant)
    return { grant, approvedBy }
  },

  changed: ({ grant }) => [grantLine(grant)],
  render: ({ grant, approvedBy }) =>
    reply.ok(tr('Elevated for a while', '已暫時提升'), [
      grantFields(grant),
      fields([tr('Approved by', '核准者'), approvedBy ?? undefined]),
      text(tr('It ends by itself.', '到期後會自動結束。')),
    ]),
})

/** By a grant of their own, and not only by an elevation, which may be asked for again before it ends. */
function hasIt(
  { actor, place }: ChatContext,
  role: 'operator' | 'admin',
  { state, scope, app, now }: Reach,
): boolean {
  const lasting = { ...state, grants: state.grants.filter((one) => one.elevation === undefined) }
  const decision = decide(lasting, {
    actor,
    place: placeOf(scope, place),
    verb: 'ops access elevate',
    role,
    confirm: 'none',
    app,
    now,
  })
  return decision.verdict !== 'deny' && rank(decision.role) >= rank(role)
}

const HAS_IT = (): OpsError =>
  new OpsError('conflict', tr('You have that role here already.', '你在此已有該角色。'), {
    hint: tr('/ops whoami shows what you may do here.', '/ops whoami 會顯示你在此的權限。'),
  })
const TOO_LONG = (): OpsError =>
  new OpsError('bad_input', tr('An elevation lasts 12 hours at most.', '暫時提升最多 12 小時。'), {
    hint: tr(
      'Ask for less, or let an admin type /ops access allow.',
      '請縮短時間，或請管理員使用 /ops access allow。',
    ),
  })
