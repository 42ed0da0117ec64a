import { cursorAt, type Fly, type LogLine, type LogPage } from '../../../src/core/fly.ts'
import {
  nanosOf,
  positionAfter,
  type TailPosition,
  type Tails,
} from '../../../src/core/logs/tail.ts'
import { START, type TestClock } from '../../helpers/clock.ts'

/** The log API in memory: pages of 100, oldest first, after the cursor; lines are there from the moment they are put. */
export interface Source {
  readonly fly: Pick<Fly, 'logs' | 'with'>
  /** Aborted when whoever reads lets go. */
  readonly left: AbortController
  /** Adds a line of now, or of so many ms ago: one that comes late. */
  readonly put: (message: string, agoMs?: number) => LogLine
  readonly calls: () => number
  /** The next calls fail so, never answer, or give this page. */
  fails: (() => Promise<LogPage>) | undefined
}

export function createSource(clock: TestClock): Source {
  const all: LogLine[] = []
  let calls = 0
  let count = 0
  const source: Source = {
    fly: {
      with: (signal) => {
        signal.addEventListener('abort', () => source.left.abort())
        return source.fly as Fly
      },
      logs: async (_, { cursor } = {}) => {
        calls += 1
        if (source.fails) return source.fails()
        const sorted = all.toSorted((a, b) => Number(nanosOf(a) - nanosOf(b)))
        const lines =
          cursor === undefined
            ? sorted.slice(-100)
            : sorted.filter((line) => nanosOf(line) > BigInt(cursor)).slice(0, 100)
        const last = lines.at(-1)
        return { lines, cursor: last === undefined ? (cursor ?? null) : String(nanosOf(last)) }
      },
    },
    put(message, agoMs = 0) {
      const line = lineAt(clock.now() - agoMs, (count += 1), message)
      all.push(line)
      return line
    },
    left: new AbortController(),
    calls: () => calls,
    fails: undefined,
  }
  return source
}

/** A line of this ms; `n` makes its nanoseconds. */
export function lineAt(at: number, n: number, message: string): LogLine {
  const stamp = new Date(at)
    .toISOString()
    .replace('Z', `${String(n % 1_000_000).padStart(6, '0')}Z`)
  return { at, stamp, machine: 'm1', region: 'iad', level: 'info', provider: 'app', message }
}

const BEGIN = positionAfter(cursorAt(START - 1))

/** One who reads: what it has seen, in order. */
export function readerOf(tails: Tails, begin: TailPosition = BEGIN) {
  let position = begin
  const reader = {
    seen: [] as string[],
    gaps: 0,
    dropped: 0,
    position: () => position,
    look(from: Tails = tails) {
      const read = from.read('app', position)
      position = JSON.parse(JSON.stringify(read.position)) as TailPosition
      reader.seen.push(...Array.from(read.lines, ({ message }) => message))
      reader.gaps += read.gaps.length
      reader.dropped += read.dropped
      return read
    },
  }
  return reader
}
