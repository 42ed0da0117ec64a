import { z } from 'zod'
import { type AccessState, type Grant, placeKey, subjectKey } from '#core/access.ts'
import { LOOK, mayReach } from '#core/access-reach.ts'
import { isGone } from '#core/census.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { ceilingTable, grantTable, linkTable } from '#core/grant-words.ts'
import { option } from '#core/options.ts'
import { rank } from '#core/policy.ts'
import { frozenBy } from '#core/refusals.ts'
import { fields, reply, text } from '#core/reply.ts'
import { tr } from '#core/text.ts'
import { readPlace, readWho } from '#core/who.ts'

/** Done when: it lists what the store has at this moment. */
export default defineCommand({
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
    const here: IsHere = (item) =>
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
      ceilings: state.ceilings.filter(({ scope: one }) => here(one)),
      links: linksFor(context, state, here),
      freeze: state.freeze,
      moved: state.trusted.filter(here).flatMap(({ movedFrom }) => movedFrom ?? []),
      away: state.trusted
        .filter((item) => here(item) && isGone(state, item))
        .map((item) => placeKey(item)),
      gone: goneFrom(
        state,
        state.grants.filter((grant) => here(grant.scope)),
      ),
    }
  },
  render: ({ owners, trusted, grants, ceilings, links, freeze, moved, away, gone }) =>
    reply.info(tr('Who may do what here', '誰可以做什麼'), [
      fields(
        [
          tr('Owners', '擁有者'),
          owners.join(', ') || tr('none in OPS_OWNERS', 'OPS_OWNERS 未設定'),
        ],
        [tr('Trusted', '受信任'), trusted.join(', ') || tr('no', '否')],
      ),
      ...(grants.length === 0 ? [] : [grantTable(grants)]),
      ...(ceilings.length === 0 ? [] : [ceilingTable(ceilings)]),
      ...(links.length === 0 ? [] : [linkTable(links)]),
      ...moved.map((from) =>
        text(
          tr(
            `This was ${from} before; an owner confirms that with /ops access trust.`,
            `此處原為 ${from}；擁有者可用 /ops access trust 確認。`,
          ),
        ),
      ),
      ...away.map((place) => text(tr(`I am no longer in ${place}.`, `我已不在 ${place}。`))),
      ...(gone.length === 0 ? [] : [text(DEAD(gone.join(', ')))]),
      ...(freeze === null ? [] : [frozenBy(freeze)]),
    ]),
})

const DEAD = (who: string) =>
  tr(
    `No longer there: ${who}. What they were given counts for nobody; /ops access deny ends it for good.`,
    `已不在該處：${who}。原有的授權對任何人都無效；/ops access deny 可永久終止。`,
  )

type IsHere = (item: { readonly platform: string; readonly space: string }) => boolean

/** Who is who elsewhere is for owners to read; here, of whom a rule or OPS_OWNERS names. */
function linksFor({ may }: Pick<ChatContext, 'may'>, state: AccessState, here: IsHere) {
  if (may('owner', null)) return state.links
  const grants = state.grants.filter(({ scope }) => here(scope))
  const named = new Set([...state.owners, ...grants.map(({ subject }) => subjectKey(subject))])
  return state.links.filter(({ accounts }) => accounts.some((one) => named.has(one)))
}

/** Deleted roles, and people who left. */
const goneFrom = (state: AccessState, grants: readonly Grant[]): readonly string[] => [
  ...new Set(
    grants
      .filter(({ scope, subject }) => !isGone(state, scope) && isGone(state, scope, subject))
      .map(({ subject }) => subjectKey(subject)),
  ),
]

/** The mightiest first. */
const byRole = (a: Grant, b: Grant): number =>
  rank(b.role) - rank(a.role) || (subjectKey(a.subject) < subjectKey(b.subject) ? -1 : 1)
