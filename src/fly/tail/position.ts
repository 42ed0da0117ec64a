import { cursorAt, type LogLine } from '../../core/fly.ts'
import { lineKey, nanosOf, nanosOfKey, type TailPosition } from '../../core/logs/tail.ts'

/** Lines may come in later than others of their time by this much. */
export const LATE_MS = 8000
/** So many lines are told apart one by one; a position is written down after each look. */
const KEPT = 150

/** Where a reader stands: up to when it has read all, and what of later than that. */
type Place = Pick<TailPosition, 'after' | 'recent'>

/** What a reader that was elsewhere before has not read yet. */
export function unread({ after, recent }: Place, lines: readonly LogLine[]): readonly LogLine[] {
  const from = BigInt(after)
  const seen = new Set(recent)
  const until = newestOf(recent)
  return lines.filter((line) => {
    const nanos = nanosOf(line)
    return nanos > from && (nanos > until || !seen.has(lineKey(line)))
  })
}

/** Whether all that it had read elsewhere has come in here, too, so that nothing has to be told apart any more. */
export const isPast = ({ after, recent }: Place, readTo: number): boolean => {
  const until = newestOf(recent)
  return BigInt(cursorAt(readTo)) > (until > BigInt(after) ? until : BigInt(after))
}

const newestOf = (recent: readonly string[]): bigint =>
  recent.reduce((max, key) => (nanosOfKey(key) > max ? nanosOfKey(key) : max), 0n)

/** Where to go on elsewhere after these lines were read, of which all up to `readTo` (in ms) have come in. */
export function placeAfter(before: Place, lines: readonly LogLine[], readTo: number): Place {
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
