import { cursorAt, type Fly, type LogLine, type LogPage } from '../../core/fly.ts'
import type { Gap } from '../../core/logs/tail.ts'
import { LATE_MS } from './position.ts'

/** Where polling stands. */
export interface Polled {
  readonly cursor: string
  readonly pauseMs: number
}
export interface Poll {
  readonly lines: readonly LogLine[]
  readonly gap: Gap | null
  /** Nothing more is there now. */
  readonly caughtUp: boolean
  readonly next: Polled
}

/** FLY.md §4.1: every 2 to 3 s, slower when nothing comes. */
const SHORT_MS = 2000
const LONG_MS = 8000
/** Lines of a page behind which there may be more. */
export const FULL = 100
/** So far behind, what is read is no longer what happens: the rest is left out, and said so. */
const BEHIND_MS = 60_000

/** Where everything after this cursor is read. */
export const startAt = (cursor: string): Polled => ({ cursor, pauseMs: 0 })

/** Where everything is read that may not have been seen when this line was. */
export const backFrom = ({ at }: Pick<LogLine, 'at'>): Polled => startAt(cursorAt(at - LATE_MS))

/** One page and where to go on. */
export async function poll(
  fly: Pick<Fly, 'logs'>,
  app: string,
  { at, now }: { readonly at: Polled; readonly now: number },
): Promise<Poll> {
  const page = await fly.logs(app, { cursor: at.cursor })
  const { lines } = page
  const last = lines.at(-1)
  if (last === undefined) return { lines, gap: null, caughtUp: true, next: rested(at) }
  if (lines.length < FULL)
    return { lines, gap: null, caughtUp: true, next: overlapping(at, page, last.at) }
  const next = startAt(pastPage(page, last))
  if (now - last.at < BEHIND_MS) return { lines, gap: null, caughtUp: false, next }
  return skipAhead(fly, app, { page, last, next })
}

/** A nanosecond before the last line, for others may share its moment; but not where the whole page does: it would come for ever. */
export function pastPage({ cursor, lines }: LogPage, last: LogLine): string {
  const to = cursor ?? cursorAt(last.at)
  const oneMoment = lines.every(({ stamp }) => stamp === last.stamp)
  return oneMoment || !/^\d+$/.test(to) ? to : String(BigInt(to) - 1n)
}

/** Nothing new came with the overlap alone: longer pauses, up to a limit. */
function overlapping(at: Polled, { cursor }: LogPage, lastAt: number): Polled {
  const from = cursorAt(lastAt - LATE_MS)
  const back = BigInt(from) > BigInt(at.cursor) ? from : at.cursor
  if (cursor === null || back === at.cursor) return rested({ ...at, cursor: back })
  return { cursor: back, pauseMs: SHORT_MS }
}

const rested = ({ cursor, pauseMs }: Polled): Polled => ({
  cursor,
  pauseMs: Math.min(LONG_MS, Math.max(SHORT_MS, pauseMs * 1.5)),
})

async function skipAhead(
  fly: Pick<Fly, 'logs'>,
  app: string,
  { page, last, next }: { page: LogPage; last: LogLine; next: Polled },
): Promise<Poll> {
  const newest = await fly.logs(app)
  const first = newest.lines[0]
  if (first === undefined || first.at <= last.at)
    return { lines: page.lines, gap: null, caughtUp: false, next }
  return {
    lines: [...page.lines, ...newest.lines],
    gap: { from: last.at, to: first.at },
    caughtUp: false,
    next: startAt(newest.cursor ?? cursorAt(first.at)),
  }
}
