import type { Slower } from './limits.ts'

/** So many at once, and as many again in this long, evenly. */
export interface Bucket {
  readonly size: number
  readonly perMs: number
}

interface Level {
  readonly left: number
  readonly at: number
  /** It was said already that it is empty; again only after it was half full. */
  readonly told: boolean
}

/** More than this many are never remembered: those untouched longest are forgotten, which only favours whoever has been quiet. */
const MOST = 20_000

/** Token buckets by key, in memory. */
export function createBuckets(now: () => number) {
  const levels = new Map<string, Level>()
  const level = (key: string, { size, perMs }: Bucket): Level => {
    const at = now()
    const known = levels.get(key)
    if (known === undefined) return { left: size, at, told: false }
    const left = Math.min(size, known.left + ((at - known.at) * size) / perMs)
    return { left, at, told: known.told && left < Math.max(1, size / 2) }
  }
  const keep = (key: string, next: Level): void => {
    // The last written is the youngest.
    levels.delete(key)
    levels.set(key, next)
    const [oldest] = levels.keys()
    if (levels.size > MOST && oldest !== undefined) levels.delete(oldest)
  }
  return {
    /** Takes one; when there is none, says when there will be. */
    take(key: string, bucket: Bucket): Slower | undefined {
      const known = level(key, bucket)
      if (known.left >= 1) {
        keep(key, { ...known, left: known.left - 1 })
        return undefined
      }
      keep(key, { ...known, told: true })
      // Fractions of tokens add up to a little less than whole ones.
      const waitMs = Math.ceil(((1 - known.left) * bucket.perMs) / bucket.size - 1e-6)
      return { first: !known.told, waitMs }
    },
    isEmpty: (key: string, bucket: Bucket): boolean => level(key, bucket).left < 1,
    size: () => levels.size,
  }
}
