import { mainMachine } from '../deployment.ts'
import { OpsError } from '../errors.ts'
import type { Guest, LeaseHolder, Machine, MachineConfig } from '../fly.ts'
import { envOf, guestOf } from '../machine-config.ts'
import { guestFor } from '../memory-size.ts'
import { heapCapMb, withHeapCap } from '../node-options.ts'
import { guestUsdMonth } from '../prices.ts'
import { sizeName } from '../sizes.ts'
import { tr } from '../text.ts'
import { reachable } from './kept.ts'
import { named, noMachine } from './targets.ts'

/** The smallest heap with which the gateway starts (OPENCLAW.md §2). */
const LEAST_HEAP_MB = 192
/** The rest is for V8's other spaces, native memory and the helpers (OPENCLAW.md §9). */
const HEAP_SHARE = 0.75

/** What a machine has, or is to have; a heap cap of null is none. */
export interface Sized {
  readonly guest: Guest
  readonly heapMb: number | null
}

/** What the run needs of a plan. */
export interface MemoryChange {
  readonly id: string
  readonly region: string
  readonly version: string
  readonly started: boolean
  readonly was: Sized
  readonly goal: Sized
  /** It has that already, by somebody else's doing: it is taken for what is meant, and nothing changes. */
  readonly kept?: true
  /** The lease that the plan showed and that goes. */
  readonly lease: LeaseHolder | null
  readonly bootId: string | null
  readonly wasReady: boolean
}

export interface MemoryOptions {
  readonly size?: string | undefined
  readonly machine?: string | undefined
  readonly heap?: string | undefined
}

type Reachable = Machine & { readonly config: MachineConfig }

/** The machine that was named, or the one that runs the gateway. Rejects when there is none, or Fly can't reach its host. */
export function targetOf(machines: readonly Machine[], word: string | undefined): Reachable {
  const found = word === undefined ? mainMachine(machines) : named(machines, word)
  if (found === undefined) throw noMachine()
  return reachable(found)
}

/** Size and heap cap as configured. Rejects for a machine that has no size the rules know. */
export function sizedOf({ id, config }: Reachable): Sized {
  const guest = guestOf(config)
  if (guest === null)
    throw new OpsError(
      'validation',
      tr(`The size of ${id} could not be understood.`, `無法理解 ${id} 的規格。`),
      { hint: tr('Set it with `fly machine update`.', '請以 `fly machine update` 設定。') },
    )
  return { guest, heapMb: heapCapMb(optionsOf(config), guest.memoryMb) }
}

export const optionsOf = (config: MachineConfig): string => envOf(config)['NODE_OPTIONS'] ?? ''

/** The heap cap in MB for a machine of so much memory. */
export const autoHeap = (memoryMb: number): number => Math.floor(memoryMb * HEAP_SHARE)

/** What was asked for. Rejects for sizes and heap caps that can't be. */
export function goalOf(machine: Reachable, was: Sized, { size, heap }: MemoryOptions): Sized {
  const guest = size === undefined ? was.guest : guestFor(was.guest, size)
  return { guest, heapMb: heapFor(machine, guest, heap) }
}

export const isSame = (a: Sized, b: Sized): boolean =>
  sameGuest(a.guest, b.guest) && a.heapMb === b.heapMb

/** It has just that, and nobody meant anything else. */
export const nothingToChange = (id: string, { guest, heapMb }: Sized): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `${id} has exactly that already: ${sizeName(guest)}, ${guest.memoryMb} MB, heap cap ${heapMb ?? 'none'}.`,
      `${id} 已是如此：${sizeName(guest)}、${guest.memoryMb} MB、堆積上限 ${heapMb ?? '無'}。`,
    ),
    { hint: tr('Type memory alone for the sizes there are.', '只輸入 memory 可查看可用規格。') },
  )

const sameGuest = (a: Guest, b: Guest): boolean => a.cpus === b.cpus && a.memoryMb === b.memoryMb

function heapFor({ config }: Reachable, { memoryMb }: Guest, heap = 'auto'): number | null {
  if (heap === 'keep') return heapCapMb(optionsOf(config), memoryMb)
  const mb = heap === 'auto' ? autoHeap(memoryMb) : Number(heap)
  if (mb <= memoryMb && (heap === 'auto' || mb >= LEAST_HEAP_MB)) return mb
  throw new OpsError(
    'bad_input',
    tr(
      `A heap cap of ${mb} MB does not work with ${memoryMb} MB; type ${LEAST_HEAP_MB} to ${memoryMb}, or auto for ${autoHeap(memoryMb)}.`,
      `堆積上限 ${mb} MB 不適用於 ${memoryMb} MB；請輸入 ${LEAST_HEAP_MB} 到 ${memoryMb}，或 auto（${autoHeap(memoryMb)}）。`,
    ),
  )
}

/** The config with another size and heap cap; nothing else of it changes, word for word. */
export function resized(config: MachineConfig, goal: Sized): MachineConfig {
  const { env, guest: guestNow, size, ...rest } = config
  const { cpus, memoryMb } = goal.guest
  const before = isBag(guestNow) ? guestNow : {}
  const kind = before['cpu_kind'] === undefined && { cpu_kind: goal.guest.cpuKind }
  const sized = before['cpus'] !== undefined && before['memory_mb'] !== undefined
  const present = optionsOf(config)
  const fits = goal.heapMb === null || goal.heapMb === heapCapMb(present, memoryMb)
  return {
    ...rest,
    // The old short form would speak of another size than the guest that takes its place.
    ...(sized && size !== undefined && { size }),
    guest: { ...before, ...kind, cpus, memory_mb: memoryMb },
    ...(fits
      ? env !== undefined && { env }
      : { env: { ...(isBag(env) && env), NODE_OPTIONS: withHeapCap(present, goal.heapMb ?? 0) } }),
  }
}

const isBag = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Rejects where Fly can't reach the machine's host. */
export const reachableConfig = (machine: Machine): MachineConfig => reachable(machine).config

/** As scripts get it. */
export const sizedFacts = ({ guest, heapMb }: Sized, region: string) => ({
  size: sizeName(guest),
  cpus: guest.cpus,
  memoryMb: guest.memoryMb,
  heapMb,
  usdMonth: Math.round(guestUsdMonth(guest, region) * 100) / 100,
})
export type SizedFacts = ReturnType<typeof sizedFacts>
