import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Ran } from './run.ts'

/** How many ends said that things may be half-changed, and where. */
export interface HalfChanged {
  readonly ends: string[]
}
export const countHalf = (): HalfChanged => ({ ends: [] })

/** The words of a way back that failed too (src/core/step-errors.ts). */
const HALF = /The way back failed at/
/** Failures that no fault of a call made. */
const HOPELESS = /did not become ready|is alive in|has no room/

/** An end like this is allowed only where the way back itself was spoiled: a call of it met the fault, or was never made for it. */
export function spoiledOnTheWayBack(ran: Ran, at: string, half?: HalfChanged): void {
  const { job, end, calls } = ran
  if (!HALF.test(end.title)) return
  half?.ends.push(at)
  const failed = Object.values(job.steps).find(({ state }) => state === 'failed')
  const since = failed?.to ?? Number.POSITIVE_INFINITY
  const hits = calls.filter((call) => call.fault !== undefined && call.at >= since)
  // Time may stand still between the failure and its way back: then one hit is the failure's own.
  const caused = calls.some((call) => call.fault !== undefined && call.at < since)
  const own = caused || HOPELESS.test(end.title) ? 0 : 1
  const spoiled = hits.length > own || hits.some(({ at: when }) => when > since)
  assert.ok(spoiled, `half-changed although nothing spoiled the way back: ${end.title}`)
}

/**
 * Tells the count in the test's output, and holds it to what was measured with all faults. A read that Fly refuses for good meets its fault
 * four times in a row: the step's own look, and then the way back's. Seven faults are such refusals (token, scope, not found, lease, memory,
 * still active, invalid), so bounds are about seven times the places where the way back has to read what the step read.
 */
export function boundHalf(t: TestContext, { ends }: HalfChanged, most: number): void {
  const some = ends.slice(0, 5).join('; ')
  t.diagnostic(`${ends.length} ends were half-changed, ${most} may be: ${some}`)
  assert.ok(ends.length <= most, `${ends.length} ends were half-changed: ${some}`)
}
