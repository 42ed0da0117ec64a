import type { WorkContext } from '../context.ts'
import type { OpsError } from '../errors.ts'
import { cursorAt, type LogLine } from '../fly.ts'
import { join, type Text, tr } from '../text.ts'
import { atLeast, levelOf, type Line } from './entry.ts'
import { createGrep } from './grep.ts'
import { beginHistory, type History, type LogOptions, stoppedBy } from './history.ts'
import { countPrinted } from './printed.ts'
import { loadRedaction, type Redaction } from './redaction.ts'
import { type Gap, nanosOf, positionAfter, type TailPosition, type TailRead } from './tail.ts'
import { tidy } from './tidy.ts'

/** One live message; plain JSON, so that another worker can go on with it. */
export interface Live {
  readonly kind: 'live'
  readonly app: string
  readonly position: TailPosition
  /** The newest lines that are wanted, without secrets. */
  readonly lines: readonly Line[]
  readonly startedAt: number
  readonly at: number
  /** Lines that came, and how many of them were wanted. */
  readonly total: number
  readonly matched: number
  /** Lines that came and went between two looks. */
  readonly dropped: number
  /** The newest gaps, and how many there were before those. */
  readonly gaps: readonly Gap[]
  readonly olderGaps: number
  readonly secrets: number
  readonly perSecond: number
  readonly lagMs: number | null
  readonly source: TailRead['source']
  /** Why it goes slowly, while it does. */
  readonly trouble: Text | null
  readonly failingSince: number | null
  /** Why the stream that was configured is not what is read. */
  readonly note: Text | null
  readonly ended: Text | null
}

/** A live message ends by itself after this long. */
const LONGEST_MS = 600_000
const VIEW = 30
const GAPS = 3
/** The newest lines are among so many that came last; sorting all would hold up everybody else. */
const NEAR = 500
const BUSY_MS = 2000
const CALM_MS = 4000
/** Failures of this length end it. */
const GIVE_UP_MS = 60_000
/** Lines handled before others get a turn. */
const CHUNK = 500

type Context = Pick<
  WorkContext,
  | 'app'
  | 'fly'
  | 'clock'
  | 'store'
  | 'sealer'
  | 'signal'
  | 'tails'
  | 'stopped'
  | 'patterns'
  | 'onPrinted'
>

/** The newest lines there are, and from then on what comes. */
export async function beginLive(context: Context, options: LogOptions): Promise<Live> {
  const { app, clock } = context
  const now = clock.now()
  const history = await beginHistory(context, { ...options, lines: VIEW / 2 })
  const lines = history.found.flat()
  const begun: Live = {
    kind: 'live',
    app,
    position: positionAfter(afterWhat(history)),
    lines,
    startedAt: now,
    at: now,
    total: 0,
    matched: 0,
    dropped: 0,
    gaps: [],
    olderGaps: 0,
    secrets: 0,
    perSecond: 0,
    lagMs: null,
    source: 'http',
    trouble: null,
    failingSince: null,
    note: null,
    ended: null,
  }
  return look(context, options, begun)
}

/** The search's next page begins a nanosecond before the last line that was read. */
const afterWhat = ({ cursor, read, until }: History): string =>
  cursor === null || read === 0 ? cursorAt(until) : String(BigInt(cursor) + 1n)

/** What came since the last look. */
export async function look(context: Context, options: LogOptions, live: Live): Promise<Live> {
  const { tails, app, clock } = context
  const read = tails.read(app, live.position)
  const redaction = await loadRedaction(context, app)
  const { wanted, newest } = await pick(read.lines, options, redaction)
  await countPrinted(context, redaction.hits())
  const now = clock.now()
  const failingSince = read.trouble === null ? null : (live.failingSince ?? now)
  const last = read.lines.at(-1)
  const seconds = Math.max(1, (now - live.at) / 1000)
  const gaps = [...live.gaps, ...read.gaps]
  const seen: Live = {
    ...live,
    position: read.position,
    lines: [...live.lines, ...newest].slice(-VIEW),
    at: now,
    total: live.total + read.lines.length + read.dropped,
    matched: live.matched + wanted,
    dropped: live.dropped + read.dropped,
    gaps: gaps.slice(-GAPS),
    olderGaps: live.olderGaps + Math.max(0, gaps.length - GAPS),
    secrets: live.secrets + redaction.hits(),
    perSecond: (read.lines.length + read.dropped) / seconds,
    lagMs: last === undefined ? null : Math.max(0, now - last.at),
    source: read.source,
    trouble: read.trouble?.text ?? null,
    failingSince,
    note: read.note,
  }
  return { ...seen, ended: final(read.trouble) ?? ending(context, seen) }
}

/** What does not get better by waiting: the app is gone, or the token is not the right one. */
const final = (trouble: OpsError | null): Text | null =>
  trouble?.code === 'not_found' || trouble?.code === 'auth'
    ? join(' ', trouble.text, trouble.hint ?? '')
    : null

/** In how many ms to look again; null when it is over. */
export const pauseOf = ({ ended, perSecond }: Live): number | null => {
  if (ended !== null) return null
  return perSecond > 0 ? BUSY_MS : CALM_MS
}

function ending({ stopped }: Context, live: Live): Text | null {
  const { at, startedAt, failingSince, trouble } = live
  if (stopped !== undefined) return stoppedBy(stopped)
  if (at - startedAt >= LONGEST_MS)
    return tr('Stopped after ten minutes.', '已滿十分鐘，自動停止。')
  if (failingSince === null || at - failingSince < GIVE_UP_MS) return null
  return trouble ?? tr('The log source failed for a minute.', '日誌來源已中斷一分鐘。')
}

interface Picked {
  readonly wanted: number
  readonly newest: readonly Line[]
}

/** Counts what is wanted; cleans only what will be shown. Looked for in what is left after cleaning, as in `search.ts`. */
async function pick(
  lines: readonly LogLine[],
  options: LogOptions,
  redaction: Redaction,
): Promise<Picked> {
  const wants = wantedBy(options)
  const hits: LogLine[] = []
  for (const [index, line] of lines.entries()) {
    if (index % CHUNK === CHUNK - 1) await new Promise<void>((done) => setImmediate(done))
    if (
      wants(line, line.message) &&
      (options.grep === undefined || wants(line, redaction.apply(tidy(line.message))))
    )
      hits.push(line)
  }
  const newest = hits
    .slice(-NEAR)
    .toSorted((a, b) => Number(nanosOf(a) - nanosOf(b)))
    .slice(-VIEW)
    .map((line): Line => {
      const message = redaction.apply(tidy(line.message))
      const { at, machine, provider } = line
      return { at, machine, provider, level: levelOf(line, message), message }
    })
  return { wanted: hits.length, newest }
}

function wantedBy({ machine, level, grep }: LogOptions) {
  const find = grep === undefined ? undefined : createGrep(grep)
  return (line: LogLine, message: string): boolean =>
    (machine === undefined || line.machine === machine) &&
    (level === undefined || atLeast(levelOf(line, message), level)) &&
    (find === undefined || find(message))
}
