import type { Audit } from './audit.ts'
import { flyWitness, witnessed } from './audit/witness.ts'
import type { Access } from './access.ts'
import type { WorkContext } from './context.ts'
import type { Buttons } from './buttons.ts'
import type { Fly } from './fly.ts'
import type { Gateway } from './gateway.ts'
import { type Handover, untilTold } from './handover.ts'
import type { Images } from './images.ts'
import { FINAL, type JobRecord, type StepMark } from './job-record.ts'
import type { Jobs } from './jobs.ts'
import type { Pattern } from './logs/patterns.ts'
import { remembering } from './logs/remembering.ts'
import type { Tails } from './logs/tail.ts'
import type { Desk } from './oncall/desk.ts'
import type { Outbox } from './outbox.ts'
import type { Clock, Log, Sealer, Store } from './ports.ts'
import { openGiven } from './private.ts'
import type { Self } from './own-machine.ts'
import { type Block, type ProgressStep, reply } from './reply.ts'
import { sayFor } from './say-for.ts'
import { LostJob, stoppedByFreeze } from './step-errors.ts'
import { runSteps, type StepsDeps } from './steps.ts'
import { type Text, tr } from './text.ts'

export interface WorkDeps {
  readonly apps: readonly string[]
  readonly jobs: Jobs
  readonly access: Pick<Access, 'frozen'>
  readonly buttons: Buttons
  readonly outbox: Outbox
  readonly store: Store
  readonly sealer: Sealer
  readonly fly: Fly
  readonly gateway: Gateway
  readonly tails: Tails
  /** What else the installation wants to be left out of logs. */
  readonly patterns?: readonly Pattern[] | undefined
  /** Counts lines of an app in which a secret was met. */
  readonly onPrinted?: ((app: string, lines: number) => void) | undefined
  readonly images?: Images | undefined
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly self?: Self | undefined
  readonly desk?: Desk | undefined
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
  const changed = flyWitness(deps.audit, job)
  const kept: Kept = { steps: job.steps, title: '', shown: [] }
  return {
    job: job.id,
    app: job.app,
    apps,
    actor: job.invocation.actor,
    approver: job.approvedBy,
    fly: remembering(fly.with(signal, changed), deps),
    back: remembering(fly.with(lost, changed), deps),
    phase: job.phase,
    sealer,
    place: job.invocation.place,
    desk: deps.desk,
    publicUrl,
    org,
    given: (value) => openGiven(deps, job, value),
    gateway: witnessed(gateway, changed),
    images,
    tails: deps.tails,
    patterns: deps.patterns,
    onPrinted: deps.onPrinted,
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
    ...(job.lane !== 'read' && { gate: () => gate(deps, job) }),
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

/** Nothing more is changed while all is frozen, nor while the store can't say whether it is. */
async function gate({ access }: WorkDeps, { id }: JobRecord): Promise<void> {
  const freeze = await access.frozen()
  if (freeze !== null) throw stoppedByFreeze(freeze, id)
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
