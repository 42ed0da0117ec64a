import type { LogLine } from '../fly.ts'
import { atLeast, levelOf, type Line } from './entry.ts'
import { createGrep } from './grep.ts'
import type { LogOptions } from './history.ts'
import type { Redaction } from './redaction.ts'
import { type LogLines, nanosOf } from './tail.ts'
import { tidy } from './tidy.ts'

/** The newest lines are among so many that came last; sorting all would hold up everybody else. */
const NEAR = 500
/** Lines handled before others get a turn. */
const CHUNK = 500

interface Picked {
  readonly wanted: number
  readonly newest: readonly Line[]
}

/** Of lines that came in, how many are wanted, and the newest of those without secrets; only what will be shown is cleaned. */
export async function pick(
  lines: LogLines,
  options: LogOptions,
  { redaction, view }: { readonly redaction: Redaction; readonly view: number },
): Promise<Picked> {
  const { wanted, last } = await hitsAmong(lines, options, redaction)
  const newest = last
    .slice(-NEAR)
    .toSorted((a, b) => Number(nanosOf(a.line) - nanosOf(b.line)))
    .slice(-view)
    .map(({ line, clean = redaction.apply(tidy(line.message)) }): Line => {
      const { at, machine, provider } = line
      return { at, machine, provider, level: levelOf(line, clean), message: clean }
    })
  return { wanted, newest }
}

interface Hit {
  readonly line: LogLine
  /** The message without secrets, where it was needed already. */
  readonly clean?: string
}

/** How many are wanted, and those of them that came last. Looked for in what is left after cleaning, as in `search.ts`. */
async function hitsAmong(
  lines: LogLines,
  options: LogOptions,
  redaction: Redaction,
): Promise<{ readonly wanted: number; readonly last: readonly Hit[] }> {
  const { machine, level, grep } = options
  if (machine === undefined && level === undefined && grep === undefined)
    return { wanted: lines.length, last: lines.slice(-NEAR).map((line) => ({ line })) }
  const wants = wantedBy(options)
  const last: Hit[] = []
  let [seen, wanted] = [0, 0]
  for (const line of lines) {
    seen += 1
    if (seen % CHUNK === 0) await new Promise<void>((done) => setImmediate(done))
    if (!wants(line, line.message)) continue
    const hit = grep === undefined ? { line } : { line, clean: redaction.apply(tidy(line.message)) }
    if (hit.clean !== undefined && !wants(line, hit.clean)) continue
    wanted += 1
    last.push(hit)
    if (last.length > 2 * NEAR) last.splice(0, NEAR)
  }
  return { wanted, last }
}

function wantedBy({ machine, level, grep }: LogOptions) {
  const find = grep === undefined ? undefined : createGrep(grep)
  return (line: LogLine, message: string): boolean =>
    (machine === undefined || line.machine === machine) &&
    (level === undefined || atLeast(levelOf(line, message), level)) &&
    (find === undefined || find(message))
}
