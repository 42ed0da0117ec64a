import type { LogLine } from '../../core/fly.ts'
import { nanosOf } from '../../core/logs/tail.ts'

/** Longer than any line is late, or than two upstreams differ. */
const REMEMBER_MS = 30_000

/** Tells which lines were there before: overlapping pages and two upstreams give them again. */
export function createKnown(): { readonly isNew: (line: LogLine) => boolean } {
  let young = new Set<number>()
  let old = new Set<number>()
  let turn = 0
  return {
    isNew(line) {
      if (line.at - turn > REMEMBER_MS) {
        old = young
        young = new Set<number>()
        turn = line.at
      }
      const key = numberOf(`${nanosOf(line)}|${line.machine}|${line.message}`)
      if (young.has(key) || old.has(key)) return false
      young.add(key)
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
