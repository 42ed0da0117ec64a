import type { WorkContext } from '../context.ts'
import { type ErrorCode, OpsError } from '../errors.ts'
import type { LockFile } from '../gateway.ts'
import { isHalfChanged } from '../step-errors.ts'
import { join, type Text, tr } from '../text.ts'
import type { Evidence, LockKind, UnlockPlan } from './unlock-plan.ts'
import type { Read, Removed } from './unlock-files.ts'
import { asleepSteps, firstStep, readStep, removeStep, startSteps } from './unlock-steps.ts'
import type { Woken } from './unlock-wake.ts'
import { beforeStep, readyStep } from './up-steps.ts'
import { type Before, isReady, lookAgain, type Up } from './up.ts'

/** What came of it; field names are public. */
export interface Unlocked {
  /** As the plan has it; `unlock` when something was done. */
  readonly kind: LockKind
  readonly app: string
  readonly machine: string
  readonly evidence: Evidence
  /** What freed it: a new start, or the deletion of lock files. */
  readonly how: 'start' | 'deletion' | null
  readonly removed: readonly Removed[]
  readonly up: Up | null
  /** Lock files at the end; null when nobody looked. */
  readonly files: readonly LockFile[] | null
  /** Needed for another look. */
  readonly was: Before | null
  readonly looks: number
}

/** Starts it anew; where that does not help, deletes what belongs to nobody while no gateway lives. */
export async function runUnlock(context: WorkContext, plan: UnlockPlan): Promise<Unlocked> {
  const { app } = context
  const { kind, id, evidence } = plan
  const facts = { kind, app, machine: id, evidence, removed: [], files: null, looks: 0 }
  const nothing = { ...facts, how: null, up: null, was: null }
  if (kind !== 'unlock') return nothing
  const title = tr(`Freeing ${id}`, `正在解除 ${id} 的鎖定`)
  const start = startSteps(context, plan)
  const first = await context.steps(title, start)
  const was = first(beforeStep(id)) as Before
  const up = first(firstStep(id)) as Up
  if (isReady(up)) return { ...facts, how: 'start', up, was }
  const recall = await context
    .steps(title, [...start, ...asleepSteps(context, plan)])
    .catch((error: unknown) => {
      throw asItWas(error, plan, up)
    })
  const woken = recall(readyStep(id)) as Woken
  const { files, now } = recall(readStep(id)) as Read
  return {
    ...facts,
    evidence: { ...evidence, files, now, why: null },
    how: 'deletion',
    removed: recall(removeStep(id)) as readonly Removed[],
    up: woken.up,
    files: woken.files,
    was,
  }
}

/** These say nothing about how things are, or say it themselves. */
const NO_WORD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['internal', 'unavailable'])

/** The failure with the state it left: the machine has its own command again by the time it comes here, or the words say otherwise. */
function asItWas(error: unknown, { id }: UnlockPlan, { reason }: Up): unknown {
  if (!(error instanceof OpsError) || NO_WORD.has(error.code) || isHalfChanged(error)) return error
  const { code, text, hint, reference } = error
  const state: Text = tr(
    `A new start of ${id} did not help, and it has its own command.`,
    `重新啟動 ${id} 沒有幫助；它使用原本的指令。`,
  )
  return new OpsError(code, text, {
    cause: error,
    hint: join(' ', state, reason ?? '', hint ?? ''),
    ...(reference !== undefined && { reference }),
  })
}

const AGAIN_MS = 30_000
const LOOKS = 10

/** Something is not known yet and will be looked at again. */
export const isOpen = ({ up, looks }: Unlocked): boolean =>
  up !== null && looks < LOOKS && !isReady(up)

export const unlockFollow = {
  after: (result: Unlocked): number | null => (isOpen(result) ? AGAIN_MS : null),
  look: async (context: WorkContext, _options: unknown, result: Unlocked): Promise<Unlocked> => ({
    ...result,
    ...(result.was !== null && { up: await lookAgain(context, result.machine, result.was) }),
    looks: result.looks + 1,
  }),
}
