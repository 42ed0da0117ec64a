import type { LogLines } from '../../core/logs/tail.ts'
import type { LogLine } from '../../core/fly.ts'

/** Some lines, one behind the other, in one buffer. */
export interface Segment {
  readonly hasRoom: (size: number) => boolean
  readonly push: (text: string, at: number) => void
  readonly count: () => number
  readonly copy: (from: number) => Copy
  /** The same buffer, empty; nothing where it is too small. */
  readonly reused: (size: number) => Segment | undefined
}

/** Lines read out of a segment: where each ends, and its bytes. */
interface Copy {
  readonly bytes: Buffer
  readonly ends: readonly number[]
  readonly times: readonly number[]
}

/** Lines and, as they can be had without reading the lines, when they were written, in ms. */
export interface Kept {
  readonly lines: LogLines
  readonly times: readonly number[]
  /** Reads on from any of them. */
  readonly from: (index: number) => Iterator<LogLine>
}

interface Size {
  readonly lines: number
  readonly bytes: number
  /** What has to fit in whatever the rest says. */
  readonly least: number
}

export function createSegment(size: Size, buffer = bufferOf(size)): Segment {
  let ends: number[] = []
  let times: number[] = []
  const used = () => ends.at(-1) ?? 0
  return {
    hasRoom: (more) => ends.length < size.lines && used() + more <= buffer.length,
    push(text, at) {
      ends.push(used() + buffer.write(text, used()))
      times.push(at)
    },
    count: () => ends.length,
    copy(from) {
      const start = ends[from - 1] ?? 0
      return {
        bytes: Buffer.from(buffer.subarray(start, used())),
        ends: ends.slice(from).map((end) => end - start),
        times: times.slice(from),
      }
    },
    reused(least) {
      if (least > buffer.length) return undefined
      ends = []
      times = []
      return this
    },
  }
}

const bufferOf = ({ bytes, least }: Size): Buffer => Buffer.allocUnsafeSlow(Math.max(bytes, least))

/** The lines of copies, each read when it is asked for. */
export function linesOf(parts: readonly Copy[], read: (text: string) => LogLine): Kept {
  const times = parts.flatMap((part) => part.times)
  const lineOf = ({ bytes, ends }: Copy, index: number): LogLine =>
    read(bytes.toString('utf8', ends[index - 1] ?? 0, ends[index]))
  function* from(start: number): Generator<LogLine> {
    let skip = start
    for (const part of parts) {
      for (let n = skip; n < part.ends.length; n += 1) yield lineOf(part, n)
      skip = Math.max(0, skip - part.ends.length)
    }
  }
  return { lines: lazily(times.length, from), times, from }
}

/** Lines of a known number that can be read from any of them on. */
function lazily(length: number, from: (start: number) => Iterator<LogLine>): LogLines {
  const iterate = (start: number) => Iterator.from(from(start))
  const index = (n: number): number => (n < 0 ? Math.max(0, length + n) : n)
  return {
    length,
    at: (n) => (n < -length ? undefined : iterate(index(n)).next().value),
    slice: (start) => iterate(index(start)).toArray(),
    [Symbol.iterator]: () => iterate(0),
  }
}

/** Some lines, and behind them others from one of them on. */
export function behind(first: readonly LogLine[], kept: Kept, skip: number): LogLines {
  function* from(start: number): Generator<LogLine> {
    yield* first.slice(start)
    yield* Iterator.from(kept.from(skip + Math.max(0, start - first.length)))
  }
  return lazily(first.length + kept.lines.length - skip, from)
}
