import type { Guest } from './fly.ts'
import { memoryRange, nextSize, sizeName, withMemory } from './sizes.ts'
import { OpsError } from './errors.ts'
import { bytes, type Text, tr } from './text.ts'

/** What may be typed for a size: MB without a unit, `mb` or `gb`, or `next`. */
export const SIZE = /^\s*(?:next|\d{1,7}(?:\.\d{1,3})?\s*(?:m|mb|mib|g|gb|gib)?)\s*$/i

/** MB of what was typed, or `next`; `undefined` for anything that is no size. A bare number counts as MB. */
export function readSize(typed: string): number | 'next' | undefined {
  if (!SIZE.test(typed)) return undefined
  const word = typed.trim().toLowerCase()
  if (word === 'next') return 'next'
  const mb = Number.parseFloat(word) * (/g/.test(word) ? 1024 : 1)
  // The machine's classes decide whether it exists; here it only has to be a whole number of MB.
  return Number.isInteger(mb) && mb > 0 ? mb : undefined
}

/** `512mb`, `1536mb`, `2gb`: a size as `readSize` reads it. */
export const sizeWord = (mb: number): string => (mb % 1024 === 0 ? `${mb / 1024}gb` : `${mb}mb`)

/** `2 GB`: MB as people read them. */
export const mb = (count: number): string => bytes(count * 1_048_576)

/** Least and most memory of a kind over all its classes. */
function rangeOfKind(guest: Guest): { readonly min: number; readonly max: number } {
  const { min } = memoryRange({ ...guest, cpus: 1 })
  let top: Guest = { ...guest, cpus: 1, memoryMb: min }
  for (let next = nextSize(top); next !== undefined; next = nextSize(next)) top = next
  return { min, max: top.memoryMb }
}

/** The legal sizes in MB next to `mb`, below and above; one where there is nothing on the other side. */
export function nearestSizes(guest: Guest, mb: number): readonly number[] {
  const { min, max } = rangeOfKind(guest)
  const { step } = memoryRange(guest)
  const below = Math.min(max, Math.floor(mb / step) * step)
  const above = Math.max(min, Math.ceil(mb / step) * step)
  return [...new Set([below, above])].filter((size) => size >= min && size <= max)
}

/** The guest that was asked for. Rejects a size Fly does not have, naming the nearest ones it has. */
export function guestFor(guest: Guest, typed: string): Guest {
  const wanted = readSize(typed)
  if (wanted === 'next') return nextSize(guest) ?? atTheTop(guest)
  const found = wanted === undefined ? undefined : withMemory(guest, wanted)
  if (found !== undefined && found.memoryMb === wanted) return found
  const words = wanted === undefined ? typed.trim() : `${wanted} MB`
  throw noSuchSize(guest, words, nearestSizes(guest, wanted ?? guest.memoryMb))
}

function atTheTop(guest: Guest): never {
  const { memoryMb } = guest
  throw new OpsError(
    'bad_input',
    tr(
      `${sizeName(guest)} with ${sizeWord(memoryMb)} is the most its kind has.`,
      `${sizeName(guest)} 的 ${sizeWord(memoryMb)} 已是此類型的上限。`,
    ),
    {
      hint: tr(
        'More takes another kind of machine, which only a deploy can choose.',
        '若需要更多，只能透過部署改用其他類型的機器。',
      ),
    },
  )
}

function noSuchSize(guest: Guest, typed: string, nearest: readonly number[]): OpsError {
  const sizes = nearest.map(sizeWord)
  const either = (or: string): string => sizes.join(or)
  return new OpsError(
    'bad_input',
    tr(
      `Fly has no ${guest.cpuKind} machine with ${typed}; type ${either(' or ')} instead.`,
      `Fly 沒有 ${typed} 的 ${guest.cpuKind} 機器；請改輸入 ${either(' 或 ')}。`,
    ),
  )
}

/** Why the CPUs change along with the memory; nothing when they don't. */
export function cpusSentence(before: Guest, after: Guest): Text {
  if (before.cpus === after.cpus) return ''
  const { min, max } = memoryRange(before)
  if (after.memoryMb >= min && after.memoryMb <= max)
    return tr(
      `The CPUs go back from ${before.cpus} to ${after.cpus} with it.`,
      `CPU 數會一併由 ${before.cpus} 恢復為 ${after.cpus}。`,
    )
  const [en, zh] = after.memoryMb > max ? ['at most', '最多'] : ['at least', '至少']
  const limit = mb(after.memoryMb > max ? max : min)
  return tr(
    `${sizeName(before)} has ${en} ${limit}, so the CPUs go from ${before.cpus} to ${after.cpus} with it.`,
    `${sizeName(before)} ${zh} ${limit}，因此 CPU 數會一併由 ${before.cpus} 變為 ${after.cpus}。`,
  )
}

/** Legal sizes around the present one, ascending, itself included. */
export function sizesNear(guest: Guest): readonly Guest[] {
  const around = [0.25, 0.5, 0.75, 1, 1.5, 2, 4].map((factor) =>
    withMemory(guest, Math.round(guest.memoryMb * factor)),
  )
  const found = new Map(
    around.flatMap((one) => (one === undefined ? [] : [[one.memoryMb, one] as const])),
  )
  return [...found.values()].toSorted((a, b) => a.memoryMb - b.memoryMb)
}
