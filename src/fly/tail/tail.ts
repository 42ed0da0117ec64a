import { randomUUID } from 'node:crypto'
import { OpsError } from '../../core/errors.ts'
import type { Fly, LogLine } from '../../core/fly.ts'
import type { Gap, TailPosition, TailRead } from '../../core/logs/tail.ts'
import { nanosOf } from '../../core/logs/tail.ts'
import type { Clock, Log } from '../../core/ports.ts'
import { createKnown } from './known.ts'
import { backFrom, poll, type Polled, startAt } from './poll.ts'
import { createRing } from './ring.ts'
import type { LogStream } from './stream.ts'

export interface TailDeps {
  readonly fly: Pick<Fly, 'logs'>
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
/** So long after the stream came up, pages fill what was written before. */
const CATCH_UP_MS = 10_000
const BREATH_MS = 1000
const FAILED_MS = 5000
/** A reader that is told of a gap was away for longer than this. */
const REMEMBERED_MS = 10_000

export function createTail(app: string, from: string, deps: TailDeps): Tail {
  const { fly, stream, clock, log } = deps
  const id = randomUUID()
  const ring = createRing()
  const gaps: Array<Gap & { readonly seq: number }> = []
  const over = new AbortController()
  let known = createKnown()
  let at: Polled = startAt(from)
  let trouble: OpsError | null = null
  let readAt = clock.now()
  let live = false
  let liveAt = 0

  const take = (line: LogLine) => {
    if (known.isNew(line)) ring.push(line)
  }
  const quiet = () => live && clock.now() > liveAt + CATCH_UP_MS
  const unsubscribe = stream?.subscribe(app, {
    // Once both upstreams agree, nothing comes twice, and telling lines apart would cost more than all the rest.
    line: (line) => (quiet() ? ring.push(line) : take(line)),
    live(now) {
      if (now === live) return
      live = now
      if (now) liveAt = clock.now()
      else ({ known, at } = fallBack())
    },
  })

  /** Back to pages: from a little before the newest line, with the lines of that time known. */
  const fallBack = () => {
    const newest = ring.newest()
    const again = createKnown()
    if (newest === undefined) return { known: again, at }
    const { lines } = ring.after(0)
    for (const line of lines) if (line.at >= newest.at - REMEMBERED_MS) again.isNew(line)
    return { known: again, at: backFrom(newest) }
  }

  const page = async (): Promise<number> => {
    try {
      const { lines, gap, next } = await poll(fly, app, { at, now: clock.now() })
      if (gap !== null) gaps.push({ ...gap, seq: ring.next() })
      lines.forEach(take)
      at = next
      trouble = null
      return next.pauseMs
    } catch (error) {
      if (!(error instanceof OpsError)) log.error({ err: error, app }, 'reading a tail failed')
      trouble = error instanceof OpsError ? error : null
      return FAILED_MS
    }
  }

  const run = async () => {
    while (!over.signal.aborted && clock.now() - readAt < IDLE_MS) {
      const pauseMs = quiet() ? BREATH_MS : await page()
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
      const { lines: kept, dropped } = ring.after(mine ? position.seq : 0)
      const after = BigInt(position.after)
      const lines = mine ? kept : kept.filter((line) => nanosOf(line) > after)
      const newest = lines.reduce((max, line) => (nanosOf(line) > max ? nanosOf(line) : max), after)
      return {
        lines,
        position: { tail: id, seq: ring.next(), after: String(newest) },
        dropped: mine ? dropped : 0,
        gaps: [
          ...(mine ? [] : joined(position.after, from)),
          ...gaps.filter(({ seq }) => !mine || seq >= position.seq).map(withoutSeq),
        ],
        source: live ? 'nats' : 'http',
        trouble,
      }
    },
  }
}

const withoutSeq = ({ from, to }: Gap): Gap => ({ from, to })
const ms = (nanos: string): number => Number(BigInt(nanos) / 1_000_000n)

/** What a reader misses that comes to a tail which began later than where it was. */
const joined = (after: string, from: string): readonly Gap[] =>
  BigInt(from) - BigInt(after) > BigInt(REMEMBERED_MS) * 1_000_000n
    ? [{ from: ms(after), to: ms(from) }]
    : []
