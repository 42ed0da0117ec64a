import type { WorkContext } from './context.ts'
import type { Buttons } from './buttons.ts'
import type { Fly } from './fly.ts'
import type { Gateway } from './gateway.ts'
import { type Handover, untilTold } from './handover.ts'
import type { Images } from './images.ts'
import { FINAL, type JobRecord, type Jobs, type StepMark } from './jobs.ts'
import type { Tails } from './logs/tail.ts'
import type { Outbox } from './outbox.ts'
import type { Clock, Log, Sealer, Store } from './ports.ts'
import { openGiven } from './private.ts'
import type { Self } from './own-machine.ts'
import { type Block, type ProgressStep, reply } from './reply.ts'
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
  readonly tails: Tails
  readonly images?: Images | undefined
  readonly clock: Clock
  readonly log: Log
  readonly self?: Self | undefined
  readonly publicUrl?: string | undefined
  readonly org?: string | undefined
}

/** What ends a job's run from outside, and who wants to know that it is about to end its own process. */
export interface Ends {
  readonly signal: AbortSignal
  readonly lost: AbortSignal
  readonly onHandOver?: (() => void) | undefined
}

/** What one job's command gets to work with. */
export function workContext(
  deps: WorkDeps,
  job: JobRecord,
  { signal, lost, onHandOver }: Ends,
): WorkContext {
  const { apps, store, clock, log, fly, gateway, images, sealer, publicUrl, org } = deps
  // A command may run its steps in several lists; each goes on where the one before it left off.
  const kept: Kept = { steps: job.steps, title: '', shown: [] }
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
    org,
    given: (value) => openGiven(deps, job, value),
    gateway,
    images,
    tails: deps.tails,
    store,
    clock,
    log: log.child({ job: job.id, command: job.invocation.command, app: job.app }),
    signal,
    self: deps.self,
    handOver: async (handover, words) => {
      await handOver(deps, job, { handover, words, kept })
      onHandOver?.()
      signal.throwIfAborted()
    },
    steps: (title, steps) => {
      kept.title = title
      return runSteps(steps, stepsOf(deps, job, { signal, kept }))
    },
  }
}

/** Keeps the marks of a job's steps in its record; a worker that lost the job can't write any more. */
function stepsOf(
  deps: WorkDeps,
  job: JobRecord,
  { signal, kept }: { readonly signal: AbortSignal; readonly kept: Kept },
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
    show: (steps: readonly ProgressStep[]) => {
      kept.shown = steps
      return sayFor(
        deps,
        job,
        reply.pending(kept.title, [{ type: 'progress', steps }], {
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
      )
    },
  }
}

/** What a run of a job knows between its lists of steps. */
interface Kept {
  steps: JobRecord['steps']
  title: Text
  /** The steps as they were shown last. */
  shown: readonly ProgressStep[]
}

/** The mark first: killed from here on, the next process knows that it was meant to be. */
async function handOver(
  deps: WorkDeps,
  job: JobRecord,
  { handover, words, kept }: { handover: Handover; words: readonly Block[]; kept: Kept },
): Promise<void> {
  const after = await deps.jobs.change(job.id, (now) =>
    now.runs === job.runs && !FINAL.has(now.state) ? { ...now, handover } : undefined,
  )
  if (after?.runs !== job.runs || FINAL.has(after.state)) throw new LostJob()
  const blocks: readonly Block[] = [{ type: 'progress', steps: kept.shown }, ...words]
  await sayFor(deps, job, reply.pending(kept.title, blocks, { footer: job.id }), false)
  await untilTold(deps, job.id)
}
