import type { LogLine } from '../../core/fly.ts'
import { nanosOf } from '../../core/logs/tail.ts'

/** Longer than any line is late, or than two upstreams differ. */
const REMEMBER_MS = 30_000

/** Tells which lines were there before: overlapping pages and two upstreams give them again. */
export function createKnown(): { readonly isNew: (line: LogLine) => boolean } {
  let young = new Set<string>()
  let old = new Set<string>()
  let turn = 0
  return {
    isNew(line) {
      if (line.at - turn > REMEMBER_MS) {
        old = young
        young = new Set()
        turn = line.at
      }
      const key = `${nanosOf(line)}|${line.machine}|${line.message}`
      if (young.has(key) || old.has(key)) return false
      young.add(key)
      return true
    },
  }
}
