import { z } from 'zod'
import { actorKey, placeKey } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import { grantFields } from '#core/grant-words.ts'
import { decide, grantsOf } from '#core/policy.ts'
import { ceilingOf } from '#core/reach.ts'
import { axisReason, frozenBy, roleName } from '#core/refusals.ts'
import { fields, reply } from '#core/reply.ts'
import { say, tr } from '#core/text.ts'

/** Done when: it says what `decide` itself says of the asker in this place. */
export default defineCommand({
  name: 'whoami',
  description: tr(
    'Your ids, your role here, and the rule that gives it',
    '你的識別碼、在此的角色，以及賦予角色的規則',
  ),
  examples: ['whoami'],
  options: z.object({}),
  role: 'known',
  audience: 'author',
  where: 'chat',

  async run({ actor, place, access, apps, clock }) {
    const question = { actor, place, verb: 'ops whoami', role: 'viewer', confirm: 'none' } as const
    // Apps that none of their grants is about are not named to them, as nowhere else.
    const perApp = apps.flatMap((app) => {
      const decision = decide(access.snapshot(), { ...question, app, now: clock.now() })
      if (decision.verdict !== 'deny') return { app, role: decision.role, by: decision.by }
      return decision.axis === 'app' ? [] : { app, role: null, by: axisReason(decision.axis) }
    })
    const state = access.snapshot()
    const now = clock.now()
    const me = actorKey(actor)
    return {
      who: me,
      roles: actor.roles,
      place: placeKey(place),
      perApp,
      ceiling: (state && ceilingOf(state, place, now)) ?? null,
      elevations: (state ? grantsOf(state, { actor, place, now }) : []).filter(
        ({ elevation }) => elevation !== undefined,
      ),
      linked: (state?.links ?? [])
        .flatMap(({ accounts }) => (accounts.includes(me) ? accounts : []))
        .filter((account) => account !== me),
      freeze: state?.freeze ?? null,
    }
  },

  render: ({ who, roles, place, perApp, ceiling, elevations, linked, freeze }) =>
    reply.info(tr(`You are ${who}`, `你是 ${who}`), [
      fields(
        [tr('Place', '地點'), place],
        [tr('Discord roles', 'Discord 身分組'), roles.length === 0 ? undefined : roles.join(', ')],
        ...perApp.map(
          ({ app, role, by }) =>
            [
              app,
              role === null
                ? tr(`no role (${say(by, 'en')})`, `沒有角色（${say(by, 'zh-TW')}）`)
                : tr(
                    `${role}, by ${say(by, 'en')}`,
                    `${say(roleName(role), 'zh-TW')}，依據 ${say(by, 'zh-TW')}`,
                  ),
            ] as const,
        ),
        [tr('At most here', '此處上限'), ceiling === null ? undefined : roleName(ceiling)],
        [tr('Also you', '同為你本人'), linked.length === 0 ? undefined : linked.join(', ')],
      ),
      ...elevations.map((grant) => grantFields(grant)),
      ...(freeze === null ? [] : [frozenBy(freeze)]),
    ]),
})
