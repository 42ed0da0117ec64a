import { z } from 'zod'
import { actorKey } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { frozenBy } from '#core/refusals.ts'
import { fields, reply, text } from '#core/reply.ts'
import { adminsOf } from '#core/tell-admins.ts'
import { tr } from '#core/text.ts'

/** Among this many newest jobs, those that are at work are named. */
const SEARCHED = 100

/** Whoever stops a disaster may have no time for it. */
const why = z.string().max(200).optional()

/** Done when: the store has it; from then on no step that changes anything is begun by anyone. */
const freeze = defineCommand({
  name: 'freeze',
  description: tr(
    'Stop every change everywhere at its next step; looking goes on',
    '讓所有變更在下一步停止；查看照常',
  ),
  examples: ['freeze', 'freeze reason="somebody has Ann’s phone"'],
  options: z.object({
    reason: why.meta({
      about: tr('Why; everybody who is refused reads it', '原因；每個被拒絕的人都會看到'),
      rest: true,
    }),
  }),
  role: 'operator',
  where: 'chat',

  async run(context, { reason = null }) {
    const { actor, access } = context
    const before = await access.frozen()
    if (before !== null) return { freeze: before, already: true, jobs: [] }
    const frozen = await access.freeze({ by: actorKey(actor), name: actor.name, reason })
    await tellAll(context, `${actor.name} (${actorKey(actor)})`, reason)
    return { freeze: frozen, already: false, jobs: await atWork(context) }
  },

  render: ({ freeze: frozen, already, jobs }) =>
    already
      ? reply.info(tr('All is frozen already', '早已凍結'), [frozenBy(frozen)])
      : reply.warn(tr('Everything is frozen', '已凍結一切'), [
          frozenBy(frozen),
          text(
            jobs.length === 0
              ? tr('Nothing was being changed.', '目前沒有進行中的變更。')
              : tr(
                  `Stopping at their next step, with what can be taken back taken back: ${jobs.join(', ')}.`,
                  `將在下一步停止並復原可復原的部分：${jobs.join('、')}。`,
                ),
          ),
          text(
            tr(
              'Looking and answering alerts go on. /ops unfreeze lifts it, with a second admin.',
              '查看與回應警報照常。/ops unfreeze 可解除，須有第二位管理員。',
            ),
          ),
        ]),
})

/** Done when: the store has no freeze any more. What was stopped stays stopped. */
const unfreeze = defineCommand({
  name: 'unfreeze',
  description: tr(
    'Let changes through again; another admin approves',
    '重新允許變更；須由另一位管理員核准',
  ),
  examples: ['unfreeze', 'unfreeze reason="the phone is found"'],
  options: z.object({
    reason: why.meta({ about: tr('Why it may go on', '為何可以繼續'), rest: true }),
  }),
  role: 'admin',
  confirm: 'second',
  where: 'chat',
  async run({ access, approvedBy }, { reason = null }) {
    return { was: (await access.unfreeze()) ?? null, approvedBy, reason }
  },
  changed: ({ was, reason }) =>
    was === null ? [] : [`no longer frozen${reason === null ? '' : `: ${reason}`}`],
  render: ({ was, approvedBy, reason }) =>
    was === null
      ? reply.info(tr('Nothing was frozen', '原本就未凍結'))
      : reply.ok(tr('Changes go through again', '已重新允許變更'), [
          frozenBy(was),
          ...(reason === null ? [] : [fields([tr('Goes on because', '繼續的原因'), reason])]),
          text(
            tr(
              `Approved by ${approvedBy ?? 'the console'}. What the freeze stopped is not begun again by itself.`,
              `由 ${approvedBy ?? '主控台'} 核准。被凍結停止的工作不會自動重新開始。`,
            ),
          ),
        ]),
})

export default [freeze, unfreeze]

/** Changes that are on their way, waiting ones too. */
async function atWork({ jobs, may }: ChatContext): Promise<readonly string[]> {
  const recent = await jobs.recent(SEARCHED)
  return recent
    .filter(({ state, lane }) => (state === 'queued' || state === 'running') && lane !== 'read')
    .filter(({ app }) => may('viewer', app))
    .map(({ id }) => id)
}

async function tellAll(
  { access, tell, clock, actor }: ChatContext,
  who: string,
  reason: string | null,
) {
  const state = access.snapshot()
  if (state === undefined) return
  const others = adminsOf(state, clock.now()).filter((key) => key !== actorKey(actor))
  await tell(
    others,
    reply.warn(tr(`${who} froze everything`, `${who} 已凍結一切`), [
      ...(reason === null ? [] : [text(reason)]),
      text(
        tr(
          'No change is begun anywhere until an admin types /ops unfreeze and another approves.',
          '在管理員輸入 /ops unfreeze 並由另一人核准之前，不會開始任何變更。',
        ),
      ),
    ]),
  )
}
