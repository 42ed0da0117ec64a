import type { LogLine } from '../../core/fly.ts'
import { createSegment, type Kept, linesOf, type Segment } from './segment.ts'

const LINES = 24_000
const BYTES = 7_500_000
/** In so many parts it is let go of. */
const PARTS = 24

/** The newest lines, numbered as they came; what no longer fits is let go, and a reader is told how many it missed. */
export interface Ring {
  readonly push: (line: LogLine) => void
  /** A copy: what comes in while it is read does not change it. */
  readonly after: (seq: number) => Kept & { readonly dropped: number }
  /** The number of the next line. */
  readonly next: () => number
  readonly newest: () => LogLine | undefined
}

/**
 * Keeps lines as bytes in buffers that are used again: as objects, thousands a second live just long enough to be moved where V8 collects
 * late, and a follower of a busy app would cost a hundred megabytes of garbage.
 */
export function createRing(limits = { lines: LINES, bytes: BYTES }): Ring {
  const segments: Segment[] = []
  const most = { lines: Math.ceil(limits.lines / PARTS), bytes: Math.ceil(limits.bytes / PARTS) }
  let first = 0
  let next = 0

  const room = (size: number): Segment => {
    const last = segments.at(-1)
    if (last?.hasRoom(size)) return last
    const over = segments.length > PARTS ? segments.shift() : undefined
    first += over?.count() ?? 0
    const segment = over?.reused(size) ?? createSegment({ ...most, least: size })
    segments.push(segment)
    return segment
  }
  return {
    push(line) {
      const bytes = JSON.stringify(toRow(line))
      room(Buffer.byteLength(bytes)).push(bytes, line.at)
      next += 1
    },
    after(seq) {
      let at = first
      const parts = segments.flatMap((segment) => {
        const from = Math.max(0, seq - at)
        at += segment.count()
        return from < segment.count() ? [segment.copy(from)] : []
      })
      return { ...linesOf(parts, fromRow), dropped: Math.max(0, first - seq) }
    },
    next: () => next,
    newest: () => {
      const last = segments.at(-1)
      return last && linesOf([last.copy(last.count() - 1)], fromRow).lines.at(0)
    },
  }
}

/** More of a line is never shown, nor looked at (core/logs/tidy.ts). */
const LONGEST = 8100

const toRow = ({ at, stamp, machine, region, level, provider, message }: LogLine) =>
  [at, stamp, machine, region, level, provider, message.slice(0, LONGEST)] as const

function fromRow(json: string): LogLine {
  const row = JSON.parse(json) as ReturnType<typeof toRow>
  const [at, stamp, machine, region, level, provider, message] = row
  return { at, stamp, machine, region, level, provider, message }
}
