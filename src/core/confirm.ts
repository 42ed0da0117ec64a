import { scopeKey } from './access.ts'
import type { Confirm, Plan } from './command.ts'
import type { Invocation } from './invocation.ts'
import type { JobDraft } from './job-record.ts'
import { isGiven } from './private.ts'
import { type Action, type Block, fields, type Reply, reply, text } from './reply.ts'
import { duration, join, type Text, tr } from './text.ts'

/** Someone has to look again within this long; approvals take longer because another person has to come. */
const CONFIRM_MS = 120_000
const APPROVE_MS = 900_000
export const PENDING = 'pending'

/** A question that waits for its answer. Single use: the job made from it has an id made of its own. */
export interface Pending {
  readonly id: string
  /** What runs when it is confirmed; its invocation is the asker's. */
  readonly draft: Omit<JobDraft, 'lane'> & { readonly lane: JobDraft['lane'] | null }
  readonly confirm: Exclude<Confirm, 'none'>
  /** Why is to be said, too: nobody else looks at it. */
  readonly reason?: true
  /** What is to be typed, where it is not the app's name. */
  readonly name?: string
  readonly until: number
  /** How long it stands at most, where that is settled. */
  readonly standsMs?: number
  /** Which answer came first; the other one is too late then. */
  readonly settled?: 'confirmed' | 'declined'
}

/** How long a question stands, in ms; what is settled only ever shortens it. */
export const lifeOf = ({
  confirm,
  standsMs = APPROVE_MS,
}: {
  readonly confirm: Confirm
  readonly standsMs?: number
}): number => Math.min(standsMs, confirm === 'second' ? APPROVE_MS : CONFIRM_MS)

/** Until when it stands by what is settled now, in ms since the epoch: settings may have shortened that since it was asked. */
export const endOf = (
  pending: Pick<Pending, 'confirm' | 'standsMs' | 'until'>,
  { standsMs }: Pick<Pending, 'standsMs'>,
): number => {
  const { confirm, until } = pending
  const now = standsMs === undefined ? lifeOf(pending) : lifeOf({ confirm, standsMs })
  return until - lifeOf(pending) + Math.min(now, lifeOf(pending))
}

/** The question itself: what will change, who may say yes, how long it stands. */
export function confirmReply(
  pending: Pending,
  plan: Pick<Plan, 'title' | 'blocks'> | undefined,
  note?: Text,
): Reply {
  const { draft } = pending
  const shown = plan?.blocks ?? [asked(draft.invocation, draft.options)]
  return reply.warn(
    plan?.title ??
      tr(`Run /${draft.invocation.command}?`, `要執行 /${draft.invocation.command} 嗎？`),
    [...shown, ...(note === undefined ? [] : [text(note)]), text(rule(pending))],
    { actions: [yes(pending), no(pending.id)] },
  )
}

const asked = (invocation: Invocation, options: Readonly<Record<string, unknown>>): Block =>
  fields(
    ...Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, isGiven(value) ? GIVEN : String(value)] as const),
    [tr('Here', '此處'), scopeKey(invocation.place)],
    [tr('Asked by', '提出者'), invocation.actor.name],
  )

const GIVEN = tr('given privately', '已私下提供')

function rule(pending: Pending): Text {
  const { draft, confirm, reason, name } = pending
  const time = join('', tr('Stands for ', '有效時間：'), duration(lifeOf(pending)), tr('.', '。'))
  if (reason) return join(' ', alone(nameOf({ draft, ...(name !== undefined && { name }) })), time)
  if (confirm !== 'second') return time
  const who = draft.invocation.actor.name
  return join(
    ' ',
    tr(`Someone other than ${who} has to approve.`, `須由 ${who} 以外的人核准。`),
    time,
  )
}

const alone = (name: string): Text =>
  tr(
    `A second person would have to approve this; nobody else here may. So type ${name} and say why: ${name} because …`,
    `此操作須由第二人核准，但此處沒有其他人有權限。因此請輸入 ${name} 並說明原因：${name} 因為…`,
  )

/** What has to be typed. */
export const nameOf = ({ name, draft }: Pick<Pending, 'name' | 'draft'>): string =>
  name ?? draft.app

function yes(pending: Pending): Action {
  const { id, confirm, reason } = pending
  const intent = { do: 'confirm', pending: id } as const
  if (confirm === 'second') return { label: tr('Approve', '核准'), style: 'danger', intent }
  const button: Action = { label: tr('Confirm', '確認'), style: 'danger', intent }
  if (confirm === 'button') return button
  const name = nameOf(pending)
  return {
    ...button,
    ask: {
      label: tr(`Type ${name} to confirm`, `輸入 ${name} 以確認`),
      placeholder: name,
      ...(reason && { reason: tr('Why? It is written down.', '原因？會留下紀錄。') }),
    },
  }
}
const no = (pending: string): Action => ({
  label: tr('Cancel', '取消'),
  style: 'neutral',
  intent: { do: 'decline', pending },
})
