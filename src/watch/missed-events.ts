import type { Machine, MachineEvent } from '../core/fly.ts'
import { earlierEvents, nameOf } from '../core/watch/earlier-events.ts'
import type { Looked } from '../core/watch/sight.ts'
import type { Looking } from './looking.ts'

/**
 * The machines with all that happened to them since the look before: of one that had more events than a list carries they are asked for, a
 * call more. Where that can't be answered the newest few are what there is.
 */
export async function withMissed(
  machines: Looked<readonly Machine[]>,
  { app, before, within }: Pick<Looking, 'app' | 'before' | 'within'>,
): Promise<Looked<readonly Machine[]>> {
  if (!machines.known) return machines
  const earlier = earlierEvents(before)
  const missed = machines.value.filter(({ id, events }) => hasGap(events, earlier[id] ?? []))
  if (missed.length === 0) return machines
  const whole = async (machine: Machine): Promise<Machine> => {
    if (!missed.includes(machine)) return machine
    const events = await within((fly) => fly.events(app, machine.id))
    return events.known ? { ...machine, events: events.value } : machine
  }
  return { ...machines, value: await Promise.all(machines.value.map(whole)) }
}

/** Nothing of what is listed now was there before: something in between may be in neither. */
function hasGap(events: readonly MachineEvent[], earlier: readonly MachineEvent[]): boolean {
  if (events.length === 0 || earlier.length === 0) return false
  const known = new Set(earlier.map(nameOf))
  return !events.some((event) => known.has(nameOf(event)))
}
