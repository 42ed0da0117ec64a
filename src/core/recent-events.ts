import type { WorkContext } from './context.ts'
import type { Machine } from './fly.ts'
import { attempt } from './mutation/attempt.ts'

/**
 * The machine with all that happened to it since a moment in ms: what Fly says of a machine carries the newest few of its events alone, five
 * in what was recorded (FLY.md §3.5). Where all of them are younger and a run ended among them, the others are asked for, a call more; where
 * that can't be answered, the few are what there is.
 */
export async function withEventsSince(
  { app, fly, signal }: Pick<WorkContext, 'app' | 'fly' | 'signal'>,
  machine: Machine,
  since: number,
): Promise<Machine> {
  const { id, events, hostStatus } = machine
  const ended = events.some(({ type }) => type === 'exit')
  if (hostStatus !== 'ok' || !ended || events.some(({ at }) => at <= since)) return machine
  const all = await attempt(fly.events(app, id), signal)
  return all.known ? { ...machine, events: all.value } : machine
}
