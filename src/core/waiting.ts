import type { Buttons } from './buttons.ts'
import { FINAL, type JobRecord } from './job-record.ts'
import { behind, type Jobs } from './jobs.ts'
import type { Outbox } from './outbox.ts'
import type { Clock, Log } from './ports.ts'
import { reply, text } from './reply.ts'
import { sayFor } from './say-for.ts'
import { type Text, tr } from './text.ts'

interface Deps {
  readonly jobs: Jobs
  readonly buttons: Buttons
  readonly outbox: Outbox
  readonly clock: Clock
  readonly log: Log
}

/** A job that no worker took within this long is worth a word. */
const UNTAKEN_MS = 5000

/** Says that a change is queued, and behind which other one. */
export async function tellWaiting(deps: Deps, job: JobRecord): Promise<void> {
  const recent = await deps.jobs.recent(50)
  const ahead = recent.findLast(
    ({ id, lane, state, askedAt }) =>
      id !== job.id && lane === job.lane && !FINAL.has(state) && askedAt <= job.askedAt,
  )
  const now = await deps.jobs.get(job.id)
  if (now === undefined || FINAL.has(now.state)) return
  await say(deps, job, ahead === undefined ? tr('Queued.', '已排入佇列。') : behind(ahead))
}

/** A worker that is away is told of instead of a spinner without end. */
export async function tellUntaken(deps: Deps, { id }: JobRecord): Promise<void> {
  try {
    await deps.clock.sleep(UNTAKEN_MS)
    const job = await deps.jobs.get(id)
    if (job === undefined || job.state !== 'queued' || job.lane !== 'read') return
    await say(
      deps,
      job,
      tr(
        'No worker has taken this yet; it will run as soon as one is there.',
        '目前還沒有工作程序處理；一有可用的就會執行。',
      ),
    )
  } catch (error) {
    deps.log.debug({ err: error, job: id }, 'could not look after a queued job')
  }
}

const say = (deps: Deps, job: JobRecord, words: Text): Promise<void> =>
  sayFor(
    deps,
    job,
    reply.pending(`/${job.invocation.command}`, [text(words)], {
      footer: job.id,
      actions: [
        { label: tr('Cancel', '取消'), style: 'neutral', intent: { do: 'cancel', job: job.id } },
      ],
    }),
    // The job may begin, and end, while this is on its way.
    'first',
  )
