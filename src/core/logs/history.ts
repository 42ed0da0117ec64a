import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { cursorAt } from '../fly.ts'
import { named } from '../mutation/targets.ts'
import { say, type Text, tr } from '../text.ts'
import type { Level } from './entry.ts'
import { createGrep } from './grep.ts'
import { countPrinted } from './printed.ts'
import { loadRedaction } from './redaction.ts'
import { addPage, newSearch, paused, type Search, type Wanted } from './search.ts'
import { KEPT_MS, sinceMs } from './since.ts'

export interface LogOptions {
  readonly machine?: string | undefined
  readonly lines?: number | undefined
  readonly since?: string | undefined
  readonly grep?: string | undefined
  readonly level?: Level | undefined
  readonly follow?: boolean | undefined
  readonly file?: boolean | undefined
}

/** What reading gave so far; plain JSON. */
export interface History extends Search {
  readonly app: string
  readonly from: number
  readonly until: number
  /** Lines in which a secret was left out. */
  readonly secrets: number
  /** Why reading stopped before the end. */
  readonly trouble: Text | null
  /** When the last part of it was read. */
  readonly at: number
}

const LINES = 50
/** How far back a search goes that does not say. */
const SEARCH_MS = 3_600_000
/** A long search says what it has after this long, and goes on. */
const SLICE_MS = 6000
/** Nobody waits longer; what was found until then is the answer. */
export const LONGEST_MS = 600_000
const DAY_MS = 86_400_000

type Context = Pick<
  WorkContext,
  'app' | 'fly' | 'clock' | 'store' | 'sealer' | 'signal' | 'stopped' | 'patterns' | 'onPrinted'
>

export const linesOf = ({ lines = LINES }: LogOptions): number => lines

/** Reads the first part: all of it, unless there is a lot. Rejects where the machine that was named is not there and no line of it is. */
export async function beginHistory(context: Context, options: LogOptions): Promise<History> {
  const { app, clock } = context
  const until = clock.now()
  const from = await startOf(context, options, until)
  const begun: History = {
    ...newSearch(cursorAt(from)),
    app,
    from,
    until,
    secrets: 0,
    trouble: null,
    at: until,
  }
  const history = await readOn(context, options, begun)
  if (history.done && history.found.length === 0) await mustBeThere(context, options)
  return history
}

/** Lines outlive their machine for days, so it is looked for only where there are none. */
async function mustBeThere({ app, fly, signal }: Context, { machine }: LogOptions): Promise<void> {
  if (machine === undefined) return
  const machines = await fly.machines(app).catch(() => undefined)
  signal.throwIfAborted()
  if (machines !== undefined) named(machines, machine)
}

/** Reads on for a while. What fails after the first page ends the search with what there is, and says so. */
export async function readOn(
  context: Context,
  options: LogOptions,
  history: History,
): Promise<History> {
  const { app, fly, clock, signal, stopped } = context
  if (stopped !== undefined) return { ...history, done: true, trouble: stoppedBy(stopped) }
  const redaction = await loadRedaction(context, app)
  const wanted = wantedOf(options, history, redaction.apply)
  const stopAt = clock.now() + SLICE_MS
  let search: Search = history
  const so = async (trouble: Text | null): Promise<History> => {
    await countPrinted(context, redaction.hits())
    const secrets = history.secrets + redaction.hits()
    return { ...history, ...paused(search, redaction.apply), secrets, trouble, at: clock.now() }
  }
  try {
    do {
      const { cursor } = search
      const page = await fly.logs(app, {
        ...(cursor !== null && { cursor }),
        ...(options.machine !== undefined && { machine: options.machine }),
      })
      search = addPage(search, page, wanted)
    } while (!search.done && clock.now() < stopAt)
    if (search.done || clock.now() < history.until + LONGEST_MS) return await so(null)
    search = { ...search, done: true }
    return await so(TOO_LONG)
  } catch (error) {
    signal.throwIfAborted()
    if (search.read === 0 || !(error instanceof OpsError)) throw error
    search = { ...search, done: true }
    return await so(error.text)
  }
}

export const stoppedBy = (who: Text): Text =>
  tr(`Stopped by ${say(who, 'en')}.`, `已由 ${say(who, 'zh-TW')} 停止。`)

const TOO_LONG = tr('Reading was stopped after ten minutes.', '讀取超過十分鐘，已停止。')

function wantedOf(options: LogOptions, { from, until }: History, redact: Wanted['redact']): Wanted {
  const { machine, level, grep } = options
  return {
    lines: linesOf(options),
    machine,
    level,
    grep: grep === undefined ? undefined : createGrep(grep),
    redact,
    from,
    until,
  }
}

/** Where to begin: as far back as asked, or so far that the wanted number of lines lies behind. */
async function startOf(context: Context, options: LogOptions, now: number): Promise<number> {
  const { since, grep, level } = options
  if (grep !== undefined) createGrep(grep)
  if (since !== undefined) return now - sinceMs(since)
  if (grep !== undefined || level !== undefined) return now - SEARCH_MS
  return newestFrom(context, options, now)
}

/** The log API gives the newest 100 lines or what follows a moment: for more, the moment is guessed from how dense those are. */
async function newestFrom(
  { fly, app }: Context,
  options: LogOptions,
  now: number,
): Promise<number> {
  const { machine } = options
  const { lines } = await fly.logs(app, machine === undefined ? {} : { machine })
  const first = lines[0]?.at
  const want = linesOf(options)
  if (first === undefined) return now - DAY_MS
  if (lines.length >= want) return lines.at(-want)?.at ?? first
  const span = now - first
  return Math.max(now - KEPT_MS, now - Math.max(60_000, (span * want * 2) / lines.length))
}
