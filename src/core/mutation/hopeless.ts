import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { withEventsSince } from '../recent-events.ts'
import { attempt } from './attempt.ts'
import type { Baseline } from './power.ts'

const ENDS = 3
const DOWN: ReadonlySet<string> = new Set(['stopped', 'failed', 'suspended'])

/** It is at rest again after it came up, or has ended so often since that it will again: each further try harms (OPENCLAW.md §3). */
export async function isHopeless(
  context: WorkContext,
  machine: Machine,
  { at }: Baseline,
): Promise<boolean> {
  const { state, events } = await withEventsSince(context, machine, at)
  const since = events.filter((event) => event.at > at)
  const up = since.filter(({ type, status }) => type === 'start' && status === 'started')
  const first = Math.min(...up.map((event) => event.at))
  const ends = since.filter((event) => event.type === 'exit' && event.at > first)
  return ends.length >= ENDS || (DOWN.has(state) && ends.length > 0)
}

/** Seen down some times in a row: one that Fly starts again after a crash is down for a moment, too. */
export function downForGood(context: WorkContext, id: string, before: Baseline) {
  const { app, fly, signal } = context
  let times = 0
  return async (): Promise<boolean> => {
    const seen = await attempt(fly.machine(app, id), signal)
    const over = seen.known && (await isHopeless(context, seen.value, before))
    times = over ? times + 1 : 0
    return times >= DOWN_LOOKS
  }
}
const DOWN_LOOKS = 3
