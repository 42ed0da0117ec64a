import { cursorAt, type Fly, type LogLine, type LogPage } from '../../core/fly.ts'
import type { Gap } from '../../core/logs/tail.ts'

/** Where polling stands. */
export interface Polled {
  readonly cursor: string
  readonly pauseMs: number
}
export interface Poll {
  readonly lines: readonly LogLine[]
  readonly gap: Gap | null
  readonly next: Polled
}

/** FLY.md §4.1: every 2 to 3 s, slower when nothing comes. */
const SHORT_MS = 2000
const LONG_MS = 8000
/** Lines come in late by a few seconds: once caught up, that much is read again. */
const OVERLAP_MS = 8000
const FULL = 100
/** So far behind, what is read is no longer what happens: the rest is left out, and said so. */
const BEHIND_MS = 60_000

/** Where everything after this cursor is read. */
export const startAt = (cursor: string): Polled => ({ cursor, pauseMs: 0 })

/** Where everything is read that may not have been seen when this line was. */
export const backFrom = ({ at }: Pick<LogLine, 'at'>): Polled => startAt(cursorAt(at - OVERLAP_MS))

/** One page and where to go on. */
export async function poll(
  fly: Pick<Fly, 'logs'>,
  app: string,
  { at, now }: { readonly at: Polled; readonly now: number },
): Promise<Poll> {
  const page = await fly.logs(app, { cursor: at.cursor })
  const last = page.lines.at(-1)
  if (last === undefined) return { lines: [], gap: null, next: rested(at) }
  if (page.lines.length < FULL)
    return { lines: page.lines, gap: null, next: caughtUp(at, page, last.at) }
  const on = { cursor: page.cursor ?? cursorAt(last.at), pauseMs: 0 }
  if (now - last.at < BEHIND_MS) return { lines: page.lines, gap: null, next: on }
  return skipAhead(fly, app, { page, last, on })
}

/** Nothing new came with the overlap alone: longer pauses, up to a limit. */
function caughtUp(at: Polled, { cursor }: LogPage, lastAt: number): Polled {
  const from = cursorAt(lastAt - OVERLAP_MS)
  const back = BigInt(from) > BigInt(at.cursor) ? from : at.cursor
  const idle = cursor === null || back === at.cursor
  return {
    cursor: back,
    pauseMs: idle ? Math.min(LONG_MS, Math.max(SHORT_MS, at.pauseMs * 1.5)) : SHORT_MS,
  }
}

const rested = (at: Polled): Polled => ({
  ...at,
  pauseMs: Math.min(LONG_MS, Math.max(SHORT_MS, at.pauseMs * 1.5)),
})

async function skipAhead(
  fly: Pick<Fly, 'logs'>,
  app: string,
  { page, last, on }: { page: LogPage; last: LogLine; on: Polled },
): Promise<Poll> {
  const newest = await fly.logs(app)
  const first = newest.lines[0]
  if (first === undefined || first.at <= last.at) return { lines: page.lines, gap: null, next: on }
  return {
    lines: [...page.lines, ...newest.lines],
    gap: { from: last.at, to: first.at },
    next: { cursor: newest.cursor ?? cursorAt(first.at), pauseMs: 0 },
  }
}
