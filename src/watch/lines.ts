import { cursorAt } from '../core/fly.ts'
import type { Pattern } from '../core/logs/patterns.ts'
import { countPrinted } from '../core/logs/printed.ts'
import { loadRedaction } from '../core/logs/redaction.ts'
import { positionAfter, type TailPosition, type Tails } from '../core/logs/tail.ts'
import type { Clock, Sealer, Store } from '../core/ports.ts'
import { tr } from '../core/text.ts'
import { readLines } from '../core/watch/read-lines.ts'
import type { Looked, LinesSeen } from '../core/watch/sight.ts'

/** The first look goes a little back: what it finds wrong may have been explained just before. */
const BACK_MS = 60_000
/** Without the live stream each app whose log is followed costs a call every few seconds, of an API whose limits nobody tells. */
const FOLLOWED_BY_PAGES = 20

export interface LinesDeps {
  readonly tails: Tails
  /** Whether lines come by the live stream, which costs no calls. */
  readonly live: boolean
  readonly store: Store
  readonly sealer: Pick<Sealer, 'digest'>
  readonly patterns?: readonly Pattern[] | undefined
  readonly onPrinted?: ((app: string, lines: number) => void) | undefined
  readonly clock: Clock
}

interface LinesRead {
  readonly logs: Looked<LinesSeen>
  readonly position: TailPosition
}

/** Reads what came since a position, by the upstream that all readers of the app share. */
export interface Lines {
  /** Nothing for an app whose log is not followed: too many are watched by pages. */
  readonly read: (app: string, from: TailPosition | undefined) => Promise<LinesRead>
  /** Makes room for another one. */
  readonly leave: (app: string) => void
}

export function createLines(deps: LinesDeps): Lines {
  const followed = new Set<string>()
  const mayFollow = (app: string): boolean => {
    if (!deps.live && !followed.has(app) && followed.size >= FOLLOWED_BY_PAGES) return false
    followed.add(app)
    return true
  }
  return {
    leave: (app) => void followed.delete(app),
    read(app, from) {
      const position = from ?? positionAfter(cursorAt(deps.clock.now() - BACK_MS))
      return mayFollow(app)
        ? read(deps, app, position)
        : Promise.resolve({ logs: tooMany(deps.clock.now()), position })
    },
  }
}

async function read(deps: LinesDeps, app: string, position: TailPosition): Promise<LinesRead> {
  const { tails, clock } = deps
  const now = clock.now()
  const { lines: came, position: next, trouble } = tails.read(app, position)
  const lines = [...came]
  if (lines.length === 0 && trouble !== null) {
    const { text: why, code } = trouble
    return { logs: { known: false, at: now, why, code }, position: next }
  }
  const redaction = lines.length === 0 ? undefined : await loadRedaction(deps, app)
  const value = readLines(lines, (message) => redaction?.apply(message) ?? message)
  await countPrinted({ ...deps, app }, value.secrets.known + value.secrets.shaped)
  return { logs: { known: true, at: now, value }, position: next }
}

/** Settled by design, so it counts as no trouble. */
const tooMany = (at: number): Looked<never> => ({
  known: false,
  at,
  code: 'not_ready',
  why: tr(
    `Logs of ${FOLLOWED_BY_PAGES} apps are followed at most without the live stream (FLY_NATS_URL).`,
    `未設定即時串流（FLY_NATS_URL）時，最多追蹤 ${FOLLOWED_BY_PAGES} 個應用程式的日誌。`,
  ),
})
