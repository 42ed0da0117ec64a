import { OpsError } from './errors.ts'
import type { Recall } from './context.ts'
import type { StepMark } from './jobs.ts'
import type { ProgressStep } from './reply.ts'
import { type Text, tr } from './text.ts'

/** One part of a mutation. What it returns is kept and given to later steps by `recall`. Output is plain JSON. */
export interface Step {
  readonly id: string
  readonly label: Text
  readonly do: (recall: Recall) => Promise<unknown>
  /** After a crash inside `do`: looks whether the effect is there. `undefined` means it is not and `do` may run again; anything else is its output. */
  readonly done?: (recall: Recall) => Promise<unknown>
  /** The way back; runs backwards over finished steps when a later one fails. */
  readonly undo?: (recall: Recall) => Promise<void>
}

export interface StepsDeps {
  readonly marks: () => Readonly<Record<string, StepMark>>
  /** Makes one step's mark durable before it resolves. */
  readonly save: (id: string, mark: StepMark) => Promise<void>
  readonly show: (steps: readonly ProgressStep[]) => Promise<void>
  readonly now: () => number
  readonly signal: AbortSignal
}

/**
 * Runs steps in order, each marked before and after. What was finished in an earlier run is not done again; what was cut off is asked
 * `done` first. On failure or cancel the way back is taken, and the error says how far it got.
 */
export async function runSteps(steps: readonly Step[], deps: StepsDeps): Promise<Recall> {
  const recall: Recall = (id) => deps.marks()[id]?.output
  for (const step of steps) {
    if (deps.marks()[step.id]?.state === 'done') continue
    try {
      deps.signal.throwIfAborted()
      await runStep(step, steps, recall, deps)
    } catch (error) {
      if (isLost(error)) throw error
      await undoAll(steps, recall, deps)
      throw error
    }
  }
  await deps.show(progress(steps, deps))
  return recall
}

async function runStep(
  step: Step,
  steps: readonly Step[],
  recall: Recall,
  deps: StepsDeps,
): Promise<void> {
  const before = deps.marks()[step.id]
  const from = before?.from ?? deps.now()
  const cutOff = before?.state === 'doing'
  if (!cutOff) await deps.save(step.id, { state: 'doing', from })
  await deps.show(progress(steps, deps))
  try {
    const seen = cutOff && step.done ? await step.done(recall) : undefined
    const output = seen === undefined ? await step.do(recall) : seen
    await deps.save(step.id, { state: 'done', output, from, to: deps.now() })
  } catch (error) {
    if (!isLost(error)) await deps.save(step.id, { state: 'failed', from, to: deps.now() })
    throw error
  }
}

async function undoAll(steps: readonly Step[], recall: Recall, deps: StepsDeps): Promise<void> {
  for (const step of steps.toReversed()) {
    const mark = deps.marks()[step.id]
    if (mark === undefined || mark.state === 'undone' || step.undo === undefined) continue
    await step.undo(recall)
    await deps.save(step.id, { ...mark, state: 'undone', to: deps.now() })
  }
  await deps.show(progress(steps, deps))
}

/** The steps as a person sees them. */
function progress(steps: readonly Step[], { marks, now }: StepsDeps): readonly ProgressStep[] {
  return steps.map(({ id, label }) => {
    const mark = marks()[id]
    if (mark === undefined) return { label, state: 'waiting' }
    return { label, state: mark.state, ms: (mark.to ?? now()) - mark.from }
  })
}

/** Another worker has the job now, or this process is going down: leave everything as it is for the next run. */
export class LostJob extends Error {
  override readonly name = 'LostJob'
}
export const isLost = (error: unknown): boolean => error instanceof LostJob

export const cancelledBy = (who: string): OpsError =>
  new OpsError('cancelled', tr(`Cancelled by ${who}.`, `已由 ${who} 取消。`))
