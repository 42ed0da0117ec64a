import { cursorAt } from '../../core/fly.ts'
import {
  lineKey,
  type LogLines,
  nanosOf,
  nanosOfKey,
  type TailPosition,
} from '../../core/logs/tail.ts'
import { behind, type Kept } from './segment.ts'

/** Lines may come in later than others of their time by this much. */
export const LATE_MS = 8000
/** So many lines are told apart one by one; a position is written down after each look. */
const KEPT = 150

/** Where a reader stands: up to when it has read all, and what of later than that. */
type Place = Pick<TailPosition, 'after' | 'recent'>

/** What a reader that was elsewhere before has not read yet. */
export function unread({ after, recent }: Place, kept: Kept): LogLines {
  const from = BigInt(after)
  const seen = new Set(recent)
  const until = newestOf(recent)
  // Nearly all lines are younger than that by whole milliseconds: those need not be looked at.
  const sure = Number((until > from ? until : from) / 1_000_000n)
  const unsure = kept.times.findLastIndex((at) => at <= sure) + 1
  const left = Iterator.from(kept.lines)
    .take(unsure)
    .filter((line) => {
      const nanos = nanosOf(line)
      return nanos > from && (nanos > until || !seen.has(lineKey(line)))
    })
  return behind(left.toArray(), kept, unsure)
}

/** Whether all that it had read elsewhere has come in here, too, so that nothing has to be told apart any more. */
export const isPast = ({ after, recent }: Place, readTo: number): boolean => {
  const until = newestOf(recent)
  return BigInt(cursorAt(readTo)) > (until > BigInt(after) ? until : BigInt(after))
}

const newestOf = (recent: readonly string[]): bigint =>
  recent.reduce((max, key) => (nanosOfKey(key) > max ? nanosOfKey(key) : max), 0n)

/** Where to go on elsewhere after these lines were read, of which all up to `readTo` (in ms) have come in. */
export function placeAfter(before: Place, lines: LogLines, readTo: number): Place {
  const keys = [...before.recent, ...lines.slice(-KEPT).map(lineKey)].toSorted(byTime)
  const kept = keys.slice(-KEPT)
  const bounds = [BigInt(before.after), BigInt(cursorAt(readTo))]
  // More than can be told apart: what is older than those counts as read.
  if (keys.length > KEPT || lines.length > KEPT) bounds.push(nanosOfKey(kept[0] ?? '0.') - 1n)
  const newest = kept.at(-1)
  if (newest !== undefined) bounds.push(nanosOfKey(newest) - BigInt(LATE_MS) * 1_000_000n)
  const after = bounds.reduce((max, one) => (one > max ? one : max))
  return { after: String(after), recent: kept.filter((key) => nanosOfKey(key) > after) }
}

const byTime = (a: string, b: string): number => Number(nanosOfKey(a) - nanosOfKey(b))
