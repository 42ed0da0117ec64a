import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { cursorAt, type Machine, type MachineEvent } from '../fly.ts'
import type { Look } from '../in-time.ts'
import { matchLine } from '../signatures.ts'
import { type Text, tr } from '../text.ts'
import { attempt } from './attempt.ts'

/** What is known of a run since it began. Times are Fly's, so that no clock of ours matters. */
export type Watch =
  | { readonly state: 'none' }
  | {
      readonly state: 'watching'
      readonly since: number
      readonly until: number
      readonly nextMs: number
    }
  /** Two minutes without one; `logs` false: by the machine's events alone, for the log could not be read. */
  | { readonly state: 'quiet'; readonly logs: boolean }
  /** `heap`: V8's own limit; `machine`: all of the memory. */
  | { readonly state: 'oom'; readonly of: 'heap' | 'machine'; readonly at: number }
  | { readonly state: 'exited'; readonly code: number; readonly at: number }
  | { readonly state: 'unknown'; readonly why: Text }

type Watching = Extract<Watch, { state: 'watching' }>
type Context = Pick<WorkContext, 'app' | 'fly' | 'clock' | 'signal'>

const WATCH_MS = 120_000
const LOOK_EACH_MS = 45_000
/** A line can be read 1–3 s after it was written, at times later (FLY.md §4.1). */
const LOG_DELAY_MS = 5000
/** Looks that failed are repeated for so long before it is given up. */
const PATIENCE_MS = 120_000
const PAGES = 30

/** Begins two minutes of watching the run that an update at `since` brought about. */
export const beginWatch = (since: number, now: number): Watching => ({
  state: 'watching',
  since,
  until: now + WATCH_MS,
  nextMs: LOOK_EACH_MS,
})

/** When a machine was last updated, by Fly's own clock: its new run begins after that. */
export function updatedAt({ events, updatedAt: at }: Machine, now: number): number {
  const updates = events.filter(({ type }) => type === 'update').map((event) => event.at)
  return updates.length > 0 ? Math.max(...updates) : (at ?? now)
}

/** Looks at events and log of the run so far. Never rejects for what Fly did. */
export async function watchOn(context: Context, machine: string, watch: Watching): Promise<Watch> {
  const { app, fly, clock, signal } = context
  const [events, line] = await Promise.all([
    attempt(fly.events(app, machine), signal),
    attempt(lookInLog(context, machine, watch.since), signal),
  ])
  const exit = events.known ? exitOf(events.value, watch.since) : null
  if (line.known && line.value !== null) return line.value
  if (exit !== null) return exit
  const now = clock.now()
  const over = now - watch.until - LOG_DELAY_MS
  if (over < 0) return { ...watch, nextMs: Math.min(LOOK_EACH_MS, -over) }
  if (events.known && line.known) return { state: 'quiet', logs: true }
  if (over < PATIENCE_MS) return { ...watch, nextMs: LOOK_EACH_MS }
  return ending(events, line)
}

function ending(events: Look<unknown>, line: Look<unknown>): Watch {
  if (!events.known) return { state: 'unknown', why: events.why }
  return { state: 'quiet', logs: line.known }
}

/** How the run ended, if it did. */
function exitOf(events: readonly MachineEvent[], since: number): Watch | null {
  const exits = exitsSince(events, since)
  const oom = exits.find((exit) => exit.oom)
  if (oom !== undefined) return { state: 'oom', of: 'machine', at: oom.at }
  const exit = exits[0]
  return exit === undefined ? null : { state: 'exited', code: exit.code, at: exit.at }
}

/** Exits of the run that an update at `since` brought about which nobody asked for: the old run's comes before its start, that of the next after another update (FLY.md §3.2). */
export function exitsSince(
  events: readonly MachineEvent[],
  since: number,
): ReadonlyArray<NonNullable<MachineEvent['exit']>> {
  const later = events.filter(({ at }) => at > since).toSorted((a, b) => a.at - b.at)
  const start = later.find(({ type, status }) => type === 'start' && status === 'started')
  if (start === undefined) return []
  const next = later.find(({ type }) => type === 'update')?.at ?? Number.POSITIVE_INFINITY
  return later.flatMap(({ exit, at }) =>
    exit !== null && at > start.at && at < next && (exit.oom || !exit.requested)
      ? [{ ...exit, at }]
      : [],
  )
}

/** A line may be anybody's words: it is told of, and nothing is done for it. */
async function lookInLog(
  { app, fly }: Context,
  machine: string,
  since: number,
): Promise<Watch | null> {
  let cursor = cursorAt(since)
  for (let page = 0; page < PAGES; page++) {
    const { lines, cursor: next } = await fly.logs(app, { cursor, machine })
    for (const { at, message } of lines) {
      const found = matchLine(message).find(({ signature }) => signature.id.startsWith('oom.'))
      if (found !== undefined)
        return { state: 'oom', of: found.signature.id === 'oom.kernel' ? 'machine' : 'heap', at }
    }
    if (lines.length === 0 || next === null || next === cursor) return null
    cursor = next
  }
  throw new OpsError(
    'not_ready',
    tr('The log holds more lines than were read.', '紀錄行數超過讀取範圍。'),
  )
}
