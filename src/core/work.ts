import type { WorkContext } from './context.ts'
import type { Buttons } from './buttons.ts'
import type { Fly } from './fly.ts'
import type { Gateway } from './gateway.ts'
import { FINAL, type JobRecord, type Jobs, type StepMark } from './jobs.ts'
import type { Outbox } from './outbox.ts'
import type { Clock, Log, Sealer, Store } from './ports.ts'
import { type ProgressStep, reply } from './reply.ts'
import { sayFor } from './say-for.ts'
import { LostJob } from './step-errors.ts'
import { runSteps, type StepsDeps } from './steps.ts'
import { type Text, tr } from './text.ts'

export interface WorkDeps {
  readonly apps: readonly string[]
  readonly jobs: Jobs
  readonly buttons: Buttons
  readonly outbox: Outbox
  readonly store: Store
  readonly sealer: Sealer
  readonly fly: Fly
  readonly gateway: Gateway
  readonly clock: Clock
  readonly log: Log
  readonly publicUrl?: string | undefined
}

/** What one job's command gets to work with. */
export function workContext(
  deps: WorkDeps,
  job: JobRecord,
  { signal, lost }: { readonly signal: AbortSignal; readonly lost: AbortSignal },
): WorkContext {
  const { apps, store, clock, log, fly, gateway, sealer, publicUrl } = deps
  // A command may run its steps in several lists; each goes on where the one before it left off.
  const kept = { steps: job.steps }
  return {
    job: job.id,
    app: job.app,
    apps,
    actor: job.invocation.actor,
    approver: job.approvedBy,
    fly: fly.with(signal),
    back: fly.with(lost),
    phase: job.phase,
    sealer,
    publicUrl,
    gateway,
    store,
    clock,
    log: log.child({ job: job.id, command: job.invocation.command, app: job.app }),
    signal,
    steps: (title, steps) => runSteps(steps, stepsOf(deps, job, { title, signal, kept })),
  }
}

/** Keeps the marks of a job's steps in its record; a worker that lost the job can't write any more. */
function stepsOf(
  deps: WorkDeps,
  job: JobRecord,
  {
    title,
    signal,
    kept,
  }: { title: Text; signal: AbortSignal; kept: { steps: JobRecord['steps'] } },
): StepsDeps {
  return {
    marks: () => kept.steps,
    now: deps.clock.now,
    signal,
    save: async (id: string, mark: StepMark) => {
      const next = { ...kept.steps, [id]: mark }
      const after = await deps.jobs.change(job.id, (now) =>
        now.runs === job.runs && !FINAL.has(now.state) ? { ...now, steps: next } : undefined,
      )
      if (after?.runs !== job.runs || FINAL.has(after.state)) throw new LostJob()
      kept.steps = next
    },
    show: (steps: readonly ProgressStep[]) =>
      sayFor(
        deps,
        job,
        reply.pending(title, [{ type: 'progress', steps }], {
          footer: job.id,
          actions: [
            {
              label: tr('Cancel', '取消'),
              style: 'neutral',
              intent: { do: 'cancel', job: job.id },
            },
          ],
        }),
        false,
      ),
  }
}
