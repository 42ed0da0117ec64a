import type { LogLine } from '../../core/fly.ts'
import { nanosOf } from '../../core/logs/tail.ts'

/** Longer than any line is late, or than two upstreams differ. */
const REMEMBER_MS = 30_000

/** Many small sets: one of hundreds of thousands holds up everybody while it grows. */
const MOST = 8192

interface Turn {
  readonly from: number
  until: number
  readonly keys: Set<number>
}

/** Tells which lines were there before: overlapping pages and two upstreams give them again. */
export function createKnown(): { readonly isNew: (line: LogLine) => boolean } {
  let turns: Turn[] = []
  const turnAt = (at: number): Turn => {
    const last = turns.at(-1)
    if (last && last.keys.size < MOST && at - last.from < REMEMBER_MS) return last
    const turn = { from: at, until: at, keys: new Set<number>() }
    turns = [...turns.filter(({ until }) => at - until < REMEMBER_MS), turn]
    return turn
  }
  return {
    isNew(line) {
      const key = numberOf(`${nanosOf(line)}|${line.machine}|${line.message}`)
      if (turns.some(({ keys }) => keys.has(key))) return false
      const turn = turnAt(line.at)
      turn.keys.add(key)
      turn.until = Math.max(turn.until, line.at)
      return true
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
