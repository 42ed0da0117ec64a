import { randomUUID } from 'node:crypto'
import { OpsError } from '../../core/errors.ts'
import type { Fly, LogLine } from '../../core/fly.ts'
import type { Gap, TailPosition, TailRead } from '../../core/logs/tail.ts'
import type { Clock, Log } from '../../core/ports.ts'
import { createKnown } from './known.ts'
import { backFrom, poll, type Polled, startAt } from './poll.ts'
import { isPast, LATE_MS, placeAfter, unread } from './position.ts'
import { createRing } from './ring.ts'
import type { LogStream } from './stream.ts'

export interface TailDeps {
  readonly fly: Pick<Fly, 'logs' | 'with'>
  readonly stream: LogStream | undefined
  readonly clock: Clock
  readonly log: Log
}

/** The upstream of one app's readers. */
export interface Tail {
  readonly read: (position: TailPosition) => TailRead
  /** Ends when nobody has read for a while, or when told. */
  readonly ended: Promise<void>
  readonly stop: () => void
}

/** Nobody reads any more after this long without a read. */
const IDLE_MS = 60_000
/** Pages give what was written before the stream came up so long after it. */
const CATCH_UP_MS = 10_000
const BREATH_MS = 1000
const FAILED_MS = 2000
const FAILED_LONGEST_MS = 20_000
/** Slack on top of how late lines come. */
const SETTLED_MS = 2 * LATE_MS

export function createTail(app: string, from: string, deps: TailDeps): Tail {
  const { stream, clock } = deps
  const id = randomUUID()
  const over = new AbortController()
  const fly = deps.fly.with(over.signal)
  const ring = createRing()
  const gaps: Gap[] = []
  let known = createKnown()
  let at: Polled = startAt(from)
  let trouble: OpsError | null = null
  let failed = 0
  let readAt = clock.now()
  let live = false
  let liveAt = 0
  /** The stream alone is enough: pages have given everything from before it. */
  let quiet = false
  /** Pages gave lines up to here, in ms; the stream may still be about to bring them, too. */
  let pagedTo = 0
  /** Up to here, in ms, all has come in. */
  let readTo = ms(from)

  const take = (line: LogLine) => {
    if (known.isNew(line)) ring.push(line)
  }
  const unsubscribe = stream?.subscribe(app, {
    // What no page gave can't come twice, and telling lines apart would cost more than all the rest.
    line: (line) => (quiet && line.at > pagedTo ? ring.push(line) : take(line)),
    live(now) {
      if (now === live) return
      live = now
      if (now) liveAt = clock.now()
      else if (quiet) fallBack()
    },
  })

  /** Back to pages: from a little before the newest line, with the lines of that time known. */
  const fallBack = () => {
    quiet = false
    const newest = ring.newest()
    known = createKnown()
    at = newest === undefined ? startAt(from) : backFrom(newest)
    if (newest === undefined) return
    for (const line of ring.after(0).lines) if (line.at >= newest.at - SETTLED_MS) known.isNew(line)
  }

  const isLate = () => clock.now() > liveAt + 2 * CATCH_UP_MS
  /** From here on the stream is enough. More than pages can give in time is left out, and said so. */
  const alone = (caughtUp: boolean) => {
    quiet = true
    const reached = ms(at.cursor)
    if (!caughtUp && reached < liveAt) gaps.push({ from: reached, to: liveAt })
  }

  const page = async (): Promise<number> => {
    const began = clock.now()
    try {
      const { lines, gap, caughtUp, next } = await poll(fly, app, { at, now: began })
      if (gap !== null) gaps.push(gap)
      lines.forEach(take)
      pagedTo = lines.reduce((most, line) => Math.max(most, line.at), pagedTo)
      at = next
      known.passed(ms(at.cursor))
      trouble = null
      failed = 0
      if (caughtUp) readTo = Math.max(readTo, began - SETTLED_MS)
      if (live && began > liveAt + CATCH_UP_MS && (caughtUp || isLate())) alone(caughtUp)
      return next.pauseMs
    } catch (error) {
      if (over.signal.aborted) return 0
      if (!(error instanceof OpsError)) deps.log.error({ err: error, app }, 'reading a tail failed')
      trouble = error instanceof OpsError ? error : null
      failed += 1
      return Math.min(FAILED_LONGEST_MS, FAILED_MS * 2 ** (failed - 1))
    }
  }

  const run = async () => {
    while (!over.signal.aborted && clock.now() - readAt < IDLE_MS) {
      const pauseMs = quiet ? BREATH_MS : await page()
      if (quiet) readTo = Math.max(readTo, clock.now() - SETTLED_MS)
      // Pages without a pause between them still leave turns to others.
      await clock.sleep(pauseMs, over.signal).catch(() => {})
    }
    unsubscribe?.()
  }

  return {
    ended: run(),
    stop: () => over.abort(),
    read(position) {
      readAt = clock.now()
      const mine = position.tail === id
      const { dropped, ...kept } = ring.after(mine ? position.seq : 0)
      const { after, recent } = position
      const joined = mine ? position.joined : { after, recent }
      const lines = joined === null ? kept.lines : unread(joined, kept)
      return {
        lines,
        position: {
          tail: id,
          seq: ring.next(),
          gaps: gaps.length,
          joined: joined === null || isPast(joined, readTo) ? null : joined,
          ...placeAfter(position, lines, readTo),
        },
        dropped: mine ? dropped : 0,
        gaps: [
          ...(mine ? [] : missedBefore(position, from)),
          ...gaps.slice(mine ? position.gaps : 0).filter(({ to }) => to > ms(after)),
        ],
        source: quiet || live ? 'nats' : 'http',
        trouble: quiet ? null : trouble,
        note: live ? null : (stream?.trouble() ?? null),
      }
    },
  }
}

const ms = (nanos: string): number => Number(BigInt(nanos) / 1_000_000n)

/** What a reader misses that comes to a tail which began later than where it was. */
const missedBefore = ({ after }: TailPosition, from: string): readonly Gap[] =>
  ms(from) > ms(after) ? [{ from: ms(after), to: ms(from) }] : []
