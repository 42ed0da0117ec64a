import type { Access } from './access.ts'
import { assess, type Assessed } from './assess.ts'
import { type Audit, auditEntry } from './audit.ts'
import type { ReadyCommand } from './drift.ts'
import type { End } from './finish.ts'
import { FINAL, type JobRecord } from './job-record.ts'
import type { Jobs } from './jobs.ts'
import type { Clock } from './ports.ts'
import type { Registry } from './registry.ts'
import { LostJob } from './step-errors.ts'

interface Deps {
  readonly registry: Registry
  readonly apps: readonly string[]
  readonly access: Access
  readonly jobs: Jobs
  readonly audit: Audit
  readonly clock: Clock
}

/**
 * Makes a job another command's, decided about as if its asker had typed that one: who may not gets its refusal. Only for what looks and
 * asks before it does anything; nothing for a command that asks nobody, has no plan or wants a private value: those are for a button.
 */
export async function becomeCure(
  deps: Deps,
  job: JobRecord,
  { command, input }: ReadyCommand,
): Promise<{ readonly job: JobRecord; readonly assessed: Assessed } | End | undefined> {
  const { registry, apps, access, jobs, audit, clock } = deps
  const entry = registry.get(command)
  if (entry?.command.where !== 'worker' || entry.command.private !== undefined) return undefined
  const invocation = { ...job.invocation, command, input: { app: job.app, ...input } }
  const world = { registry, apps, state: await access.fresh(), now: clock.now() }
  const assessed = assess(world, invocation)
  if (!assessed.ok) {
    audit.record(auditEntry('refused', invocation, { job: job.id, detail: assessed.axis }))
    return { state: 'refused', reply: assessed.reply }
  }
  if (assessed.decision.verdict !== 'need' || entry.command.plan === undefined) return undefined
  const { options, app } = assessed
  const after = await jobs.change(job.id, (now) =>
    now.runs === job.runs && !FINAL.has(now.state)
      ? { ...now, invocation, options, app, phase: 'plan' }
      : undefined,
  )
  if (after?.runs !== job.runs || after.invocation.command !== command) throw new LostJob()
  audit.record(auditEntry('accepted', invocation, { app, job: job.id }))
  return { job: after, assessed }
}
