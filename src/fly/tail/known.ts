import type { LogLine } from '../../core/fly.ts'
import { nanosOf } from '../../core/logs/tail.ts'

/** Longer than any line is late, or than two upstreams differ. */
const REMEMBER_MS = 30_000

/** Many small sets: one of hundreds of thousands holds up everybody while it grows. */
const MOST = 8192
/** So many sets, and no more, while pages fail and nothing may be forgotten. */
const SETS = 40

interface Turn {
  until: number
  readonly keys: Set<number>
}

/** Tells which lines were there before: overlapping pages and two upstreams give them again. */
export interface Known {
  readonly isNew: (line: LogLine) => boolean
  /** Pages give nothing more from before this moment, in ms. Until then they do, however long nothing was written. */
  readonly passed: (at: number) => void
}

export function createKnown(): Known {
  let turns: Turn[] = []
  const turn = (): Turn => {
    const last = turns.at(-1)
    if (last && last.keys.size < MOST) return last
    const next = { until: 0, keys: new Set<number>() }
    turns = [...turns.slice(1 - SETS), next]
    return next
  }
  return {
    isNew(line) {
      const key = numberOf(`${nanosOf(line)}|${line.machine}|${line.message}`)
      if (turns.some(({ keys }) => keys.has(key))) return false
      const mine = turn()
      mine.keys.add(key)
      mine.until = Math.max(mine.until, line.at)
      return true
    },
    passed(at) {
      turns = turns.filter(({ until }) => until >= at - REMEMBER_MS)
    },
  }
}

/** 52 bits of two FNV-like sums: hundreds of thousands of lines would be too much to keep as text. */
function numberOf(text: string): number {
  let a = 0x811c9dc5
  let b = 0x9e3779b1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  return (a >>> 6) * 2 ** 26 + (b >>> 6)
}
