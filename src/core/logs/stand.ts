import { cursorAt, type Fly, type LogLine } from '../fly.ts'
import type { History } from './history.ts'
import { lineKey, nanosOf, nanosOfKey, positionAfter, type TailPosition } from './tail.ts'

/** A line that is there later after it was written comes from the live stream alone. */
const LATE_MS = 30_000
/** So many of the newest lines are told apart one by one: a position is written down. */
const KEPT = 150

/** Reads like `fly`, and knows where a tail goes on behind what was read. */
export interface Recorder {
  readonly fly: Fly
  readonly behind: (history: History) => TailPosition
}

export function recording(fly: Fly): Recorder {
  let newest: readonly LogLine[] = []
  return {
    fly: {
      ...fly,
      async logs(app, options) {
        const page = await fly.logs(app, options)
        newest = [...newest, ...page.lines].slice(-4 * KEPT)
        return page
      },
    },
    behind: (history) => behind(history, newest),
  }
}

/**
 * Behind the last line that was read, and where all was read to its end among those: lines that come late stand between lines that were
 * there, and nobody missed a time in which nothing was written.
 */
function behind({ cursor, read, until, done }: History, lines: readonly LogLine[]): TailPosition {
  // The search's next page begins a nanosecond before its last line.
  const last = BigInt(cursor ?? cursorAt(until)) + (read > 0 ? 1n : 0n)
  if (!done) return positionAfter(String(last))
  const all = [
    ...new Set(
      lines
        .filter(({ at }) => at <= until)
        .toSorted(byTime)
        .map(lineKey),
    ),
  ]
  const kept = all.slice(-KEPT)
  const late = BigInt(cursorAt(until - LATE_MS))
  // Nobody knows what was read of before the first of them.
  const first = kept[0] === undefined ? late : nanosOfKey(kept[0]) - 1n
  const after = first > late ? first : late
  return {
    ...positionAfter(String(after)),
    recent: kept.filter((key) => nanosOfKey(key) > after),
  }
}

const byTime = (a: LogLine, b: LogLine): number => Number(nanosOf(a) - nanosOf(b))
