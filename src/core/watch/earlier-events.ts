import type { Machine, MachineEvent } from '../fly.ts'
import type { Looked, Memory, Sight } from './sight.ts'

type Earlier = NonNullable<Memory['events']>
type Machines = Looked<readonly Machine[]>

/** Events that looks before have seen, by machine. */
export function earlierEvents(before: Sight | undefined): Earlier {
  if (before?.machines.known !== true) return before?.memory.events ?? {}
  return Object.fromEntries(before.machines.value.map(({ id, events }) => [id, events]))
}

/**
 * Each machine with the events that were seen of it before: a list of Fly's carries the newest few alone, five in what was recorded, so that
 * three crashes with their starts never stand in one of them (FLY.md §3.5).
 */
export const withEarlier = (machines: Machines, earlier: Earlier): Machines =>
  machines.known
    ? { ...machines, value: machines.value.map((one) => joined(one, earlier[one.id] ?? [])) }
    : machines

function joined(machine: Machine, earlier: readonly MachineEvent[]): Machine {
  const here = new Set(machine.events.map(nameOf))
  const gone = earlier.filter((event) => !here.has(nameOf(event)))
  return { ...machine, events: [...machine.events, ...gone].toSorted((a, b) => b.at - a.at) }
}

/** Answers of some years ago have no ids. */
export const nameOf = ({ id, type, at }: MachineEvent): string => `${id} ${type} ${at}`
