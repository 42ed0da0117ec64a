import type { WorkContext } from '../context.ts'
import type { OpsError } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'
import type { Line } from './entry.ts'
import { beginHistory, type LogOptions, stoppedBy } from './history.ts'
import { pick } from './pick.ts'
import { countPrinted } from './printed.ts'
import { loadRedaction } from './redaction.ts'
import { recording } from './stand.ts'
import type { Gap, TailPosition, TailRead } from './tail.ts'

/** One live message; plain JSON, so that another worker can go on with it. */
export interface Live {
  readonly kind: 'live'
  readonly app: string
  /** Shown where words stay and lines go by: all that come between two looks, not only the newest. */
  readonly stream: boolean
  readonly position: TailPosition
  /** The newest lines that are wanted, without secrets. */
  readonly lines: readonly Line[]
  readonly startedAt: number
  readonly at: number
  /** Lines that came, and how many of them were wanted. */
  readonly total: number
  readonly matched: number
  /** The number of the line behind the last one in `lines`, counted from the first one that was shown. */
  readonly next: number
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
const STREAM = 500
const GAPS = 3
const BUSY_MS = 2000
const CALM_MS = 4000
/** Failures of this length end it. */
const GIVE_UP_MS = 60_000

type Context = Pick<
  WorkContext,
  | 'app'
  | 'place'
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
  const recorder = recording(context.fly)
  const here = { ...context, fly: recorder.fly }
  const history = await beginHistory(here, { ...options, lines: VIEW / 2 })
  const lines = history.found.flat()
  const begun: Live = {
    kind: 'live',
    app,
    stream: context.place.platform === 'console',
    position: recorder.behind(history),
    lines,
    startedAt: now,
    at: now,
    total: 0,
    matched: 0,
    next: lines.length,
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
  const first = await look(context, options, begun)
  // What somebody else's tail missed before, was read here.
  const isNew = ({ to }: Gap) => !history.done || to > history.until
  return { ...first, gaps: first.gaps.filter(isNew) }
}

/** What came since the last look. */
export async function look(context: Context, options: LogOptions, live: Live): Promise<Live> {
  const { tails, app, clock } = context
  const read = tails.read(app, live.position)
  const redaction = await loadRedaction(context, app)
  const view = live.stream ? STREAM : VIEW
  const { wanted, newest } = await pick(read.lines, options, { redaction, view })
  await countPrinted(context, redaction.hits())
  const now = clock.now()
  const failingSince = read.trouble === null ? null : (live.failingSince ?? now)
  const last = read.lines.at(-1)
  const seconds = Math.max(1, (now - live.at) / 1000)
  const gaps = [...live.gaps, ...read.gaps]
  const seen: Live = {
    ...live,
    position: read.position,
    lines: [...live.lines, ...newest].slice(-view),
    at: now,
    total: live.total + read.lines.length + read.dropped,
    matched: live.matched + wanted,
    next: live.next + wanted,
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
