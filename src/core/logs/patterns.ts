import { RE2JS } from 're2js'
import { MASK } from '../secret-shapes.ts'

/** Takes out what one of the installation's own patterns finds. */
export type Pattern = (message: string) => string

const LONGEST = 500

/** A pattern in RE2 syntax, whose time grows with the line alone; nothing when it is none, or finds the empty text and so everything. */
export function readPattern(pattern: string): Pattern | undefined {
  if (pattern.length > LONGEST) return undefined
  try {
    const compiled = RE2JS.compile(pattern)
    if (compiled.matcher('').find()) return undefined
    return (message) => compiled.matcher(message).replaceAll(MASK)
  } catch {
    return undefined
  }
}
