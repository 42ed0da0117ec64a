import type { LogLine } from '../fly.ts'
import { matchLine } from '../signatures.ts'

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof LEVELS)[number]

/** One line as it is shown and kept: without colours, control characters and secrets. */
export interface Line {
  readonly at: number
  readonly machine: string | null
  readonly provider: string
  readonly level: Level
  readonly message: string
}

/** Lines of one machine that belong together: a head and what hangs on it, such as a stack. Never empty. */
export type Entry = readonly Line[]

/** Goes on with the line before it: indented, a frame of a stack, or what V8 prints around its last words. */
const CONTINUES =
  /^(?:\s+\S|[)\]}]|at \S|\d+: 0x|<---|-----|====|\[\d+:0x|\^|Caused by|node:internal|Node\.js v\d|FATAL ERROR:.*heap)/
/** Lines of one message come out together. */
const TOGETHER_MS = 1000
/** No message is longer; what goes on after this counts as the next one. */
const LONGEST = 80

export const continues = (entry: Entry, line: Line): boolean => {
  const last = entry.at(-1)
  return (
    last !== undefined &&
    entry.length < LONGEST &&
    last.machine === line.machine &&
    last.provider === line.provider &&
    Math.abs(line.at - last.at) <= TOGETHER_MS &&
    CONTINUES.test(line.message)
  )
}

const SAID: ReadonlyArray<readonly [Level, RegExp]> = [
  ['error', /\b(?:FATAL|ERROR|CRITICAL|Uncaught|Unhandled)\b|[Ee]rror:|"level":(?:50|60)\b/],
  ['warn', /\bWARN(?:ING)?\b|\bwarn(?:ing)?:|"level":40\b/],
  ['debug', /\b(?:DEBUG|TRACE)\b|"level":(?:10|20)\b/],
]

/** How bad a line is: Fly calls nearly everything an app prints `info`, so its own words and known signatures count too. */
export function levelOf({ level }: Pick<LogLine, 'level'>, message: string): Level {
  const named = LEVELS.find((one) => level.toLowerCase().startsWith(one))
  if (named === 'error' || named === 'warn') return named
  const known = matchLine(message).map(({ signature }) => signature.severity)
  if (known.some((severity) => severity === 'critical' || severity === 'error')) return 'error'
  if (known.includes('warn')) return 'warn'
  return SAID.find(([, words]) => words.test(message))?.[0] ?? named ?? 'info'
}

export const atLeast = (level: Level, least: Level): boolean =>
  LEVELS.indexOf(level) >= LEVELS.indexOf(least)
