import type { Access } from './access.ts'
import { assess } from './assess.ts'
import type { Plan } from './command.ts'
import { confirmReply, lifeOf, PENDING, type Pending } from './confirm.ts'
import { OpsError } from './errors.ts'
import type { JobRecord } from './job-record.ts'
import type { Clock, Sealer, Store } from './ports.ts'
import { type Reply, text } from './reply.ts'
import type { Registry } from './registry.ts'
import { tr } from './text.ts'

interface Deps {
  readonly registry: Registry
  readonly apps: readonly string[]
  readonly access: Access
  readonly store: Store
  readonly sealer: Sealer
  readonly clock: Clock
}

/** Stores the plan until it is pressed, and gives the question; when the world changed since the last plan, it says so. */
export async function askPlan(deps: Deps, job: JobRecord, plan: Plan): Promise<Reply> {
  const again = job.phase === 'run'
  const pending = pendingOf(deps, job, plan)
  await deps.store.put(PENDING, pending.id, pending, { ttlMs: lifeOf(pending) })
  const question = confirmReply(pending, plan)
  const changed = text(
    tr(
      'Things have changed since the last plan, so nothing was done. This is the plan now:',
      '情況在上次計畫之後已改變，因此沒有執行任何動作。目前的計畫如下：',
    ),
  )
  return again ? { ...question, blocks: [changed, ...question.blocks] } : question
}

function pendingOf(deps: Deps, job: JobRecord, plan: Plan): Pending {
  const { command } = deps.registry.get(job.invocation.command) ?? {}
  const change = command?.where === 'worker' && command.kind === 'change'
  const asked = assess(
    { ...deps, state: deps.access.snapshot(), now: deps.clock.now() },
    { ...job.invocation, input: job.options },
  )
  if (!asked.ok || asked.decision.verdict !== 'need')
    throw new OpsError('conflict', tr('There is nothing to confirm.', '沒有需要確認的事項。'))
  const { confirm, reason, standsMs } = asked.decision
  return {
    id: deps.sealer.digest(`${job.id}.${plan.fingerprint}`),
    draft: {
      invocation: job.invocation,
      options: job.options,
      app: job.app,
      phase: 'run',
      lane: change ? `app-${job.app}` : 'read',
      plan: { fingerprint: plan.fingerprint, data: plan.data },
    },
    confirm,
    ...(reason && { reason }),
    ...(plan.name !== undefined && { name: plan.name }),
    until: deps.clock.now() + lifeOf(asked.decision),
    ...(standsMs !== undefined && { standsMs }),
  }
}
