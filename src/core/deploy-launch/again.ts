import type { WorkContext } from '../context.ts'
import { type ErrorCode, OpsError } from '../errors.ts'

export type Timed = Pick<WorkContext, 'clock' | 'signal'>

const PAUSE_MS = 1000

export const isCode = (error: unknown, ...codes: readonly ErrorCode[]): boolean =>
  error instanceof OpsError && codes.includes(error.code)

/** Looks until `found` gives something, a second apart, at most `looks` times; what a look's own failure means is the caller's business. */
export async function lookFor<T>(
  { clock, signal }: Timed,
  looks: number,
  found: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let look = 1; ; look++) {
    const seen = await found()
    if (seen !== undefined || look >= looks) return seen
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** The list may lag behind what was made. */
const LOOKS = 5

/**
 * Makes something that must not be made twice: what is there already counts, an answer that got lost is looked for, and only when
 * nothing is to be seen it is asked once more. `maybe` are the refusals that mean somebody, we ourselves perhaps, was there first.
 */
export async function makeOnce<T>(
  context: Timed,
  {
    find,
    make,
    maybe = [],
  }: {
    readonly find: () => Promise<T | undefined>
    readonly make: () => Promise<T>
    readonly maybe?: readonly ErrorCode[]
  },
): Promise<T> {
  const there = await find()
  if (there !== undefined) return there
  for (let tries = 1; ; tries++) {
    try {
      return await make()
    } catch (error) {
      if (!isCode(error, 'ambiguous', ...maybe)) throw error
      const seen = await lookFor(context, LOOKS, find)
      if (seen !== undefined) return seen
      if (tries === 2 || !isCode(error, 'ambiguous')) throw error
    }
  }
}
