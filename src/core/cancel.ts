import { type Audit, auditEntry } from './audit.ts'
import type { Buttons } from './buttons.ts'
import type { Jobs } from './jobs.ts'
import type { Outbox } from './outbox.ts'
import { type Reply, reply, text } from './reply.ts'
import { saidAlong } from './say-for.ts'
import { tr } from './text.ts'

interface Deps {
  readonly audit: Audit
  readonly jobs: Jobs
  readonly buttons: Buttons
  readonly outbox: Outbox
}

/** Cancels a job. One that never began gets its last words here, for no worker will say them. */
export async function cancelJob(deps: Deps, id: string, by: string): ReturnType<Jobs['cancel']> {
  const outcome = await deps.jobs.cancel(id, by, (waiting) =>
    saidAlong(deps, waiting, { said: neverBegan(id, by), final: true }),
  )
  const job = outcome === 'cancelled' ? await deps.jobs.get(id) : undefined
  if (job === undefined) return outcome
  const { invocation, app } = job
  deps.audit.record(auditEntry('finished', invocation, { app, job: id, detail: 'cancelled' }))
  return outcome
}

export const neverBegan = (id: string, by: string): Reply =>
  reply.info(
    tr('Cancelled before it began', '開始前已取消'),
    [text(tr(`Cancelled by ${by}.`, `已由 ${by} 取消。`))],
    { footer: id },
  )
