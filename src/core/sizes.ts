import type { Guest } from './fly.ts'

interface Class {
  readonly cpus: readonly number[]
  readonly stepMb: number
  readonly minMbPerCpu: number
  readonly maxMbPerCpu: number
}

/** Fly's rules for guests (FLY.md §6.1). Performance memory goes in steps of 2 GB by the docs; flyctl's 1 GB is not relied on. */
const CLASSES = {
  shared: { cpus: [1, 2, 4, 6, 8], stepMb: 256, minMbPerCpu: 256, maxMbPerCpu: 2048 },
  performance: {
    cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16, 32, 64, 128],
    stepMb: 2048,
    minMbPerCpu: 2048,
    maxMbPerCpu: 8192,
  },
} as const satisfies Readonly<Record<Guest['cpuKind'], Class>>

const classOf = (kind: Guest['cpuKind']): Class => CLASSES[kind]

/** Fly's name of a class of machines: `shared-cpu-2x`, `performance-4x`. */
export const sizeName = ({ cpuKind, cpus }: Pick<Guest, 'cpuKind' | 'cpus'>): string =>
  cpuKind === 'shared' ? `shared-cpu-${cpus}x` : `performance-${cpus}x`

/** Least, most and step of the memory in MB that so many CPUs may have. */
export function memoryRange({ cpuKind, cpus }: Pick<Guest, 'cpuKind' | 'cpus'>): {
  readonly min: number
  readonly max: number
  readonly step: number
} {
  const { minMbPerCpu, maxMbPerCpu, stepMb } = classOf(cpuKind)
  return { min: minMbPerCpu * cpus, max: maxMbPerCpu * cpus, step: stepMb }
}

/** Every legal memory size in MB of a class, ascending. */
export function memorySizes(size: Pick<Guest, 'cpuKind' | 'cpus'>): readonly number[] {
  const { min, max, step } = memoryRange(size)
  return Array.from(
    { length: Math.floor((max - min) / step) + 1 },
    (_, index) => min + index * step,
  )
}

/** Whether Fly makes such a machine. */
export function isLegal(guest: Guest): boolean {
  const { min, max, step } = memoryRange(guest)
  const { cpuKind, cpus, memoryMb } = guest
  if (!classOf(cpuKind).cpus.includes(cpus)) return false
  return memoryMb >= min && memoryMb <= max && memoryMb % step === 0
}

/**
 * The legal guest of the same kind nearest to `guest` with `memoryMb`: memory rounded up to a step, CPUs changed as little as the
 * class demands, since more memory needs more of them. `undefined` when the kind never has so much.
 */
export function withMemory(guest: Guest, memoryMb: number): Guest | undefined {
  const { cpuKind, cpus: current } = guest
  const { cpus, stepMb, minMbPerCpu, maxMbPerCpu } = classOf(cpuKind)
  const memory = Math.max(minMbPerCpu, Math.ceil(memoryMb / stepMb) * stepMb)
  const fitting = cpus.filter((n) => n * minMbPerCpu <= memory && n * maxMbPerCpu >= memory)
  const nearest = fitting.toSorted(
    (a, b) => Math.abs(a - current) - Math.abs(b - current) || a - b,
  )[0]
  return nearest === undefined ? undefined : { cpuKind, cpus: nearest, memoryMb: memory }
}

/** Twice the memory, with the CPUs that takes; the most there is when twice is too much, `undefined` at the top. */
export function nextSize(guest: Guest): Guest | undefined {
  const { cpus, maxMbPerCpu } = classOf(guest.cpuKind)
  const most = Math.max(...cpus) * maxMbPerCpu
  if (guest.memoryMb >= most) return undefined
  return withMemory(guest, Math.min(most, guest.memoryMb * 2))
}
