import { appendFileSync, readFileSync } from 'node:fs'
import type { Lane } from '../../src/core/ports.ts'

/** What workers of several processes write down, one line each: appending keeps the true order between them. */
interface Line {
  readonly what: 'start' | 'end'
  readonly lane: Lane
  readonly id: string
  readonly pid: number
}

export const note = (path: string, line: Line): void =>
  appendFileSync(path, `${JSON.stringify(line)}\n`)

export function readEvidence(path: string): readonly Line[] {
  const text = readFileSync(path, { encoding: 'utf8', flag: 'a+' })
  // The last line may still be being written.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}

export const endedIds = (lines: readonly Line[]): ReadonlySet<string> =>
  new Set(lines.filter(({ what }) => what === 'end').map(({ id }) => id))

/** Turns of serial lanes that began while another one of the lane was running. A turn without an end must be a killed process', which ran no further than its last line. */
export function overlaps(lines: readonly Line[], killed: ReadonlySet<number>): readonly string[] {
  const found: string[] = []
  for (const [from, start] of lines.entries()) {
    if (start.what !== 'start' || start.lane === 'read') continue
    const end = endOf(lines, from)
    if (end === undefined && !killed.has(start.pid)) found.push(`${start.id} never ended`)
    for (const other of lines.slice(from + 1, end ?? from + 1))
      if (other.what === 'start' && other.lane === start.lane)
        found.push(`${other.id} began while ${start.id} ran`)
  }
  return found
}

function endOf(lines: readonly Line[], from: number): number | undefined {
  const start = lines[from]
  const index = lines.findIndex(
    (line, at) =>
      at > from && line.what === 'end' && line.pid === start?.pid && line.id === start.id,
  )
  return index === -1 ? undefined : index
}

/** Ids of one lane in the order in which they were begun for the first time. */
export const order = (lines: readonly Line[], lane: Lane): readonly string[] => [
  ...new Set(
    lines.filter((line) => line.what === 'start' && line.lane === lane).map(({ id }) => id),
  ),
]
