import { joinLine } from './command-line.ts'
import { isPublic } from './deployment.ts'
import type { IpAddress, Machine, MachineConfig } from './fly.ts'
import { masked } from './gateway-command.ts'
import { commandOf, envOf, servicesOf } from './machine-config.ts'
import { sizeWord } from './memory-size.ts'
import { heapCapMb } from './node-options.ts'
import type { Override, Remembered } from './overrides.ts'

/** A command with its arguments filled in. */
export interface ReadyCommand {
  /** As buttons name it: `openclaw memory`. */
  readonly command: string
  readonly input: Readonly<Record<string, string>>
}

/** Something that was set through the bot and is no longer so. */
export interface Drift {
  readonly part: 'memory' | 'heap' | 'command' | 'network'
  /** Null where it is the app's. */
  readonly machine: string | null
  readonly set: string
  readonly now: string
  /** Who set it; null where that is not kept. */
  readonly by: string | null
  readonly at: number
  readonly again: ReadyCommand
  /** Makes what is there now the one that is meant; null where that can't be said in a command. */
  readonly accept: ReadyCommand | null
}

export interface Seen {
  readonly machines: readonly Machine[]
  /** Null when they could not be read. */
  readonly addresses: readonly IpAddress[] | null
  readonly remembered: Remembered
}

/** Compares what is remembered with what there is. Pure; what could not be read is no drift. */
export function driftOf({ machines, addresses, remembered }: Seen): readonly Drift[] {
  return [
    ...machines.flatMap((machine) => {
      const set = remembered.machines[machine.id]
      if (set === undefined || machine.config === null) return []
      const { config } = machine
      return [...sized(machine, set, config), ...commanded(machine, set, config)]
    }),
    ...opened({ machines, addresses, remembered }),
  ]
}

function sized({ id, guest }: Machine, set: Override, config: MachineConfig): readonly Drift[] {
  if (set.memoryMb === undefined || guest === null) return []
  const wanted = capOf(set.nodeOptions, set.memoryMb)
  const has = capOf(envOf(config)['NODE_OPTIONS'], guest.memoryMb)
  const heap = wanted === null ? 'keep' : String(wanted)
  const input = { machine: id, size: sizeWord(set.memoryMb), heap }
  const about = { machine: id, by: set.by, at: set.at }
  const ways = { again: { command: MEMORY, input }, accept: keptSize(id, guest.memoryMb) }
  if (guest.memoryMb !== set.memoryMb)
    return [{ ...about, part: 'memory', set: mb(set.memoryMb), now: mb(guest.memoryMb), ...ways }]
  if (set.nodeOptions === undefined || wanted === null || has === wanted) return []
  return [{ ...about, part: 'heap', set: mb(wanted), now: has === null ? '–' : mb(has), ...ways }]
}

const MEMORY = 'openclaw memory'

/** The size a machine has, as the one that is meant. */
export const keptSize = (machine: string, memoryMb: number): ReadyCommand => ({
  command: MEMORY,
  input: { machine, size: sizeWord(memoryMb), heap: 'keep' },
})

const mb = (amount: number): string => `${amount} MB`
const capOf = (options: string | null | undefined, memoryMb: number): number | null =>
  options === undefined || options === null ? null : heapCapMb(options, memoryMb)

function commanded({ id }: Machine, set: Override, config: MachineConfig): readonly Drift[] {
  const { command, by, at } = set
  const now = commandOf(config)
  if (command === undefined || sameWords(command, now)) return []
  const line = joinLine(command)
  const input = { machine: id, set: line }
  const again = { command: 'openclaw machine command', input }
  const shown = joinLine(masked(now))
  const accept = keptCommand(id, now)
  return [{ part: 'command', machine: id, set: line, now: shown || '–', by, at, again, accept }]
}

/** The command a machine has, as the one that is meant; not where it is the image's, or holds a secret. */
export function keptCommand(machine: string, words: readonly string[]): ReadyCommand | null {
  if (words.length === 0 || !sameWords(words, masked(words))) return null
  return { command: 'openclaw machine command', input: { machine, set: joinLine(words) } }
}

export const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, index) => word === b[index])

/** Closed by the bot, and yet there is a way in again. */
function opened({ machines, addresses, remembered }: Seen): readonly Drift[] {
  const { closedAt } = remembered
  if (closedAt === null) return []
  const routed = machines.filter(({ config }) => config !== null && servicesOf(config).length > 0)
  const open = (addresses ?? []).filter(isPublic)
  const now = [...routed.map(({ id }) => `services (${id})`), ...open.map(({ address }) => address)]
  if (now.length === 0) return []
  const again = { command: 'openclaw network private', input: {} }
  return [
    {
      part: 'network',
      machine: null,
      set: 'private',
      now: now.join(', '),
      by: null,
      at: closedAt,
      again,
      accept: { command: 'openclaw network public', input: {} },
    },
  ]
}
