import { z } from 'zod'
import { actorKey } from '#core/access.ts'
import { defineCommand } from '#core/command.ts'
import type { ChatContext } from '#core/context.ts'
import { OpsError } from '#core/errors.ts'
import { noSuchJob, readJobId } from '#core/job-id.ts'
import type { JobRecord, StepMark } from '#core/job-record.ts'
import { JOB_STATE } from '#core/job-words.ts'
import { type Block, fields, reply, table, text } from '#core/reply.ts'
import { duration, type Text, tr, utc } from '#core/text.ts'

const SHOWN = 15
/** Among this many newest ones, those of apps the asker may see are shown. */
const SEARCHED = 100

const id = z
  .string()
  .max(20)
  .meta({ about: tr('Job id, like J-7K3M9Q', '工作編號，例如 J-7K3M9Q'), complete: 'id' })

const jobs = defineCommand({
  name: 'jobs',
  description: tr(
    'The last commands that were accepted, and where they stand',
    '最近接受的指令與其狀態',
  ),
  examples: ['jobs'],
  options: z.object({}),
  role: 'viewer',
  where: 'chat',
  run: async (context) => {
    const recent = await context.jobs.recent(SEARCHED)
    return recent
      .filter(({ app }) => context.may('viewer', app))
      .slice(0, SHOWN)
      .map(summary)
  },
  render: (list) =>
    list.length === 0
      ? reply.info(tr('No jobs yet', '還沒有工作'))
      : reply.info(tr('Last jobs', '最近的工作'), [
          table(
            [
              tr('Job', '工作'),
              tr('Command', '指令'),
              tr('App', '應用程式'),
              tr('Who', '提出者'),
              tr('State', '狀態'),
              tr('Asked at', '時間'),
            ],
            list.map((job) => [
              job.id,
              job.command,
              job.app,
              job.who,
              JOB_STATE[job.state],
              utc(job.askedAt),
            ]),
          ),
        ]),
})

const job = defineCommand({
  name: 'job',
  description: tr('One job: its steps, how it ended, and why', '單一工作：步驟、結果與原因'),
  examples: ['job J-7K3M9Q'],
  options: z.object({ id }),
  role: 'viewer',
  where: 'chat',
  async run(context, { id: typed }) {
    const record = await find(context, typed)
    const { steps, failure, approvedBy, endedAt, cancelledBy } = record
    const list = Object.entries(steps).map(([step, { state, from, to }]) => ({
      step,
      state,
      ms: to === undefined ? null : to - from,
    }))
    return {
      ...summary(record),
      steps: list,
      failure: failure ?? null,
      approvedBy: approvedBy ?? null,
      cancelledBy: cancelledBy ?? null,
      tookMs: endedAt === undefined ? null : endedAt - record.askedAt,
    }
  },
  render: (record) =>
    reply[record.state === 'failed' ? 'error' : 'info'](`${record.id} · /${record.command}`, [
      fields(
        [tr('State', '狀態'), JOB_STATE[record.state]],
        [tr('App', '應用程式'), record.app],
        [tr('Asked by', '提出者'), record.who],
        [tr('Asked at', '提出時間'), utc(record.askedAt)],
        [tr('Took', '耗時'), record.tookMs === null ? undefined : duration(record.tookMs)],
        [tr('Approved by', '核准者'), record.approvedBy ?? undefined],
        [tr('Cancelled by', '取消者'), record.cancelledBy ?? undefined],
      ),
      ...stepRows(record.steps),
      ...(record.failure === null ? [] : [text(record.failure.text ?? record.failure.message)]),
    ]),
})

const cancel = defineCommand({
  name: 'cancel',
  description: tr(
    'Stop a job: a waiting one at once, a running one at its next step',
    '停止工作：等待中的立即停止，執行中的在下一步停止',
  ),
  examples: ['cancel J-7K3M9Q'],
  options: z.object({ id }),
  role: 'viewer',
  where: 'chat',
  async run(context, { id: typed }) {
    const { id: known, invocation, app, follow } = await find(context, typed)
    const own = actorKey(invocation.actor) === actorKey(context.actor)
    const role = follow?.stops === true ? 'responder' : 'operator'
    if (!own && !context.may(role, app)) throw new OpsError('forbidden', NOT_YOURS)
    return { id: known, outcome: await context.jobs.cancel(known, context.actor.name) }
  },
  changed: ({ id: known, outcome }) =>
    outcome === 'cancelled' || outcome === 'asked' ? [`${known} is to stop`] : [],
  render: ({ id: known, outcome }) => CANCELLED[outcome](known),
})

const NOT_YOURS = tr(
  'Only the person who asked for a job, or an operator of its app, can stop it.',
  '只有提出該工作的人或該應用程式的操作員可以停止它。',
)

/** A job the asker may know of; one they may not is as unknown as one that never was. */
async function find(context: ChatContext, typed: string): Promise<JobRecord> {
  const known = readJobId(typed)
  const record = known === undefined ? undefined : await context.jobs.get(known)
  if (record === undefined || !context.may('viewer', record.app)) throw noSuchJob(typed)
  return record
}

const CANCELLED = {
  cancelled: (known: string) =>
    reply.ok(tr(`${known} was cancelled before it began`, `${known} 在開始前已取消`)),
  asked: (known: string) =>
    reply.pending(tr(`${known} stops at its next step`, `${known} 會在下一個步驟停止`)),
  over: (known: string) => reply.info(tr(`${known} is over already`, `${known} 已經結束`)),
  unknown: (known: string) => reply.error(tr(`There is no job ${known}`, `沒有工作 ${known}`)),
}

const summary = ({ id: known, invocation, app, state, askedAt }: JobRecord) => ({
  id: known,
  command: invocation.command,
  app,
  who: invocation.actor.name,
  state,
  askedAt,
})

const STEP: Readonly<Record<StepMark['state'], Text>> = {
  doing: tr('running', '執行中'),
  done: tr('done', '完成'),
  failed: tr('failed', '失敗'),
  undone: tr('taken back', '已復原'),
}

interface StepRow {
  readonly step: string
  readonly state: StepMark['state']
  readonly ms: number | null
}
const stepRows = (steps: readonly StepRow[]): readonly Block[] =>
  steps.length === 0
    ? []
    : [
        table(
          [tr('Step', '步驟'), tr('State', '狀態'), tr('Took', '耗時')],
          steps.map(({ step, state, ms }) => [step, STEP[state], ms === null ? '' : duration(ms)]),
        ),
      ]

export default [jobs, job, cancel]
