import { cursorAt, type LogLine } from '../core/fly.ts'
import { look } from '../core/in-time.ts'
import type { Pattern } from '../core/logs/patterns.ts'
import { countPrinted } from '../core/logs/printed.ts'
import { loadRedaction } from '../core/logs/redaction.ts'
import { positionAfter, type TailPosition, type Tails } from '../core/logs/tail.ts'
import type { Clock, Sealer, Store } from '../core/ports.ts'
import { EVERY_MS } from '../core/watch/pace.ts'
import { readLines } from '../core/watch/read-lines.ts'
import type { Looked, LinesSeen } from '../core/watch/sight.ts'
import { createLogTurns, type TurnsDeps } from './log-turns.ts'

/** The first look goes a little back: what it finds wrong may have been explained just before. */
const BACK_MS = 60_000
/** Without the live stream each app whose log is followed costs a call every few seconds, of an API whose limits nobody tells. */
const FOLLOWED_BY_PAGES = 20
/** A read is over before the next look is due. */
const LIMIT_MS = 8000

/** Reads all that came since a position, at once. */
export type ReadPages = (
  app: string,
  position: TailPosition,
  signal: AbortSignal,
) => Promise<{
  readonly lines: readonly LogLine[]
  readonly position: TailPosition
  /** Calls that it took. */
  readonly pages: number
}>

export interface LinesDeps extends TurnsDeps {
  readonly tails: Tails
  readonly pages: ReadPages
  /** Whether lines come by the live stream, which costs no calls. */
  readonly live: boolean
  readonly store: Store
  readonly sealer: Pick<Sealer, 'digest'>
  readonly patterns?: readonly Pattern[] | undefined
  readonly onPrinted?: ((app: string, lines: number) => void) | undefined
  readonly clock: Clock
}

interface Reader {
  readonly position: TailPosition | undefined
  /** Something has just happened that the log may explain, or the last read failed: it is read before its turn, if that can be. */
  readonly hurry: boolean
  readonly signal: AbortSignal
}
interface LinesRead {
  /** Nothing when it was not the log's turn. */
  readonly logs: Looked<LinesSeen> | undefined
  readonly position: TailPosition
  /** From read to read at most, in ms, where logs are read in turn; null where each look has what came. */
  readonly everyMs: number | null
}

/** Reads what came since a position. */
export interface Lines {
  /** How many apps are watched here: beyond what can be followed, all logs are read in turn. */
  readonly expect: (apps: number) => void
  readonly read: (app: string, reader: Reader) => Promise<LinesRead>
  /** Nobody reads it for a while. */
  readonly leave: (app: string) => void
}

export function createLines(deps: LinesDeps): Lines {
  const turns = createLogTurns(deps)
  let follows = true
  return {
    expect: (apps) => void (follows = deps.live || apps <= FOLLOWED_BY_PAGES),
    leave: turns.leave,
    async read(app, { position: from, hurry, signal }) {
      const position = from ?? positionAfter(cursorAt(deps.clock.now() - BACK_MS))
      if (follows) return { ...(await follow(deps, app, position)), everyMs: null }
      const turn = await turns.mine(app, hurry)
      if (turn === undefined) return { logs: undefined, position, everyMs: null }
      const { pages, ...read } = await page(deps, app, { position, signal })
      await turns.done(app, pages)
      return { ...read, everyMs: turn.everyMs + EVERY_MS }
    },
  }
}

type Came = Pick<LinesRead, 'position'> & { readonly logs: Looked<LinesSeen> }

/** By the upstream that all readers of the app share. */
async function follow(deps: LinesDeps, app: string, position: TailPosition): Promise<Came> {
  const { tails, clock } = deps
  const now = clock.now()
  const { lines: came, position: next, trouble } = tails.read(app, position)
  const lines = [...came]
  if (lines.length === 0 && trouble !== null) {
    const { text: why, code } = trouble
    return { logs: { known: false, at: now, why, code }, position: next }
  }
  return { logs: { known: true, at: now, value: await seenOf(deps, app, lines) }, position: next }
}

async function page(
  deps: LinesDeps,
  app: string,
  { position, signal }: { readonly position: TailPosition; readonly signal: AbortSignal },
): Promise<Came & { readonly pages: number }> {
  const { clock, pages } = deps
  const at = clock.now()
  const found = await look({ clock, signal }, LIMIT_MS, (stop) => pages(app, position, stop))
  if (!found.known) {
    const { why, error } = found
    return { logs: { known: false, at, why, code: error.code }, position, pages: 1 }
  }
  const value = await seenOf(deps, app, found.value.lines)
  return { ...found.value, logs: { known: true, at, value } }
}

async function seenOf(deps: LinesDeps, app: string, lines: readonly LogLine[]): Promise<LinesSeen> {
  const known = lines.length === 0 ? undefined : await loadRedaction({ ...deps, patterns: [] }, app)
  const value = readLines(
    lines,
    (message) => known?.apply(message) ?? message,
    (message) => (deps.patterns ?? []).reduce((left, without) => without(left), message),
  )
  await countPrinted({ ...deps, app }, value.secrets.known + value.secrets.shaped)
  return value
}
