import type { Recall } from './context.ts'
import type { StepMark } from './job-record.ts'
import type { ProgressStep } from './reply.ts'
import { cutOffOnTheWayBack, halfChanged, isLost, sentence } from './step-errors.ts'
import type { Text } from './text.ts'

/** One part of a mutation. What it returns is kept and given to later steps by `recall`. Output is plain JSON. */
export interface Step {
  readonly id: string
  readonly label: Text
  readonly do: (recall: Recall) => Promise<unknown>
  /** After a crash inside `do`: looks whether the effect is there. `undefined` means it is not and `do` may run again; anything else is its output. */
  readonly done?: (recall: Recall) => Promise<unknown>
  /** The way back; runs backwards over finished steps when a later one fails. */
  readonly undo?: (recall: Recall) => Promise<void>
  /** Changes nothing out there: it proves, or keeps, what was done before it. A freeze lets it through, so that the state is known. */
  readonly proof?: true
}

export interface StepsDeps {
  readonly marks: () => Readonly<Record<string, StepMark>>
  /** Makes one step's mark durable before it resolves. */
  readonly save: (id: string, mark: StepMark) => Promise<void>
  readonly show: (steps: readonly ProgressStep[]) => Promise<void>
  readonly now: () => number
  readonly signal: AbortSignal
  /** Rejects where nothing more may be changed; asked before every step that changes something. */
  readonly gate?: () => Promise<void>
}

/**
 * Runs steps in order, each marked before and after. What was finished in an earlier run is not done again; what was cut off is asked
 * `done` first. On failure or cancel the way back is taken; where that fails too, the error is `unproven` and names both.
 */
export async function runSteps(steps: readonly Step[], deps: StepsDeps): Promise<Recall> {
  const recall: Recall = (id) => deps.marks()[id]?.output
  if (steps.some(({ id }) => turnedBack(deps.marks()[id])))
    await undoAll(steps, { ...deps, recall, failure: cutOffOnTheWayBack(deps.marks()) })
  for (const step of steps) {
    if (deps.marks()[step.id]?.state === 'done') continue
    try {
      deps.signal.throwIfAborted()
      await runStep(step, steps, recall, deps)
    } catch (failure) {
      if (lost(failure, deps)) throw failure
      await undoAll(steps, { ...deps, recall, failure })
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
    // Behind the mark, so that whoever goes on after a kill knows that the way back was begun.
    if (seen === undefined && step.proof !== true) await deps.gate?.()
    const output = seen === undefined ? await step.do(recall) : seen
    await deps.save(step.id, { state: 'done', output, from, to: deps.now() })
  } catch (error) {
    if (lost(error, deps)) throw error
    const why = sentence(error)
    await deps.save(step.id, { state: 'failed', why, from, to: deps.now() })
    throw error
  }
}

interface WayBack extends StepsDeps {
  readonly recall: Recall
  /** Why it is taken; thrown at its end. */
  readonly failure: unknown
}

async function undoAll(steps: readonly Step[], back: WayBack): Promise<never> {
  for (const step of steps.toReversed()) {
    const mark = back.marks()[step.id]
    if (mark === undefined || mark.state === 'undone' || step.undo === undefined) continue
    await undoStep(step, step.undo, back)
    await back.save(step.id, { ...mark, state: 'undone', to: back.now() })
  }
  await back.show(progress(steps, back))
  throw back.failure
}

async function undoStep(
  { label }: Step,
  undo: NonNullable<Step['undo']>,
  back: WayBack,
): Promise<void> {
  try {
    await undo(back.recall)
  } catch (error) {
    if (lost(error, back)) throw error
    throw halfChanged(label, back.failure, error)
  }
}

/** An earlier run had begun to take things back: that is brought to its end, nothing is tried again. */
const turnedBack = (mark: StepMark | undefined): boolean =>
  mark?.state === 'failed' || mark?.state === 'undone'

/** The steps as a person sees them. */
function progress(steps: readonly Step[], { marks, now }: StepsDeps): readonly ProgressStep[] {
  return steps.map(({ id, label }) => {
    const mark = marks()[id]
    if (mark === undefined) return { label, state: 'waiting' }
    return { label, state: mark.state, ms: (mark.to ?? now()) - mark.from }
  })
}

/** A call that was aborted because the job was lost fails in its own words; the signal knows why. */
const lost = (error: unknown, { signal }: Pick<StepsDeps, 'signal'>): boolean =>
  isLost(error) || isLost(signal.reason)
