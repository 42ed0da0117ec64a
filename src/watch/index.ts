import type { Clock, JobQueue, JobTurn, Log, WatchMetrics } from '../core/ports.ts'
import { firstPauseMs } from '../core/watch/pace.ts'
import { type OneAppDeps, watchApp } from './one-app.ts'
import { type Owners, ROUND_MS } from './owners.ts'
import type { RuleBook } from './rule-book.ts'

/** Ids of its turns in the timer lane begin with this. */
const ROUND = 'W-watch'

interface Deps extends Omit<OneAppDeps, 'holds' | 'onLook' | 'rules'> {
  readonly queue: Pick<JobQueue, 'schedule'>
  readonly owners: Owners
  readonly book: RuleBook
  readonly metrics: WatchMetrics
  readonly clock: Clock
  readonly log: Log
}

/** The bot's own look-out, in one process. */
export interface Watch {
  /** Begins with the next round. */
  readonly start: () => Promise<void>
  /** A turn of the timer lane: all who watch take their share of the apps. A process that was not started takes none. */
  readonly turn: (turn: Pick<JobTurn, 'id'>) => Promise<void>
  /** Lets others take over what this one watched. */
  readonly stop: () => Promise<void>
}

export function createWatch(deps: Deps): Watch {
  const { queue, owners, book, clock, log } = deps
  const stopping = new AbortController()
  const eyes = createEyes(deps)
  let on = false
  let unlisten = () => {}
  let last: Promise<void> = Promise.resolve()

  const round = async (): Promise<void> => {
    if (!on) return
    const wanted = (await book.isOn()) ? await owners.claim((kept) => eyes.keepTo(kept)) : []
    if (on) await eyes.keepTo(wanted)
  }
  /** One after another: what rules say may change in the middle of one. */
  const rounds = (): Promise<void> => {
    last = last.then(round).catch((error: unknown) => {
      log.warn({ err: error }, 'apps to be watched could not be taken over')
    })
    return last
  }
  /** What comes again and again is kept by the queue; one that is away is asked until it is there. */
  const declare = async (): Promise<void> => {
    try {
      await queue.schedule({ key: ROUND, everyMs: ROUND_MS })
    } catch (error) {
      log.warn({ err: error }, 'the rounds of the look-out could not be scheduled yet')
      void clock.sleep(ROUND_MS, stopping.signal).then(declare, () => {})
    }
  }
  return {
    async start() {
      on = true
      owners.start(() => void rounds())
      unlisten = book.onChange(() => void rounds())
      await declare()
    },
    async turn() {
      // One process is given the turn; a hint that is lost is made up for by the others' own clocks.
      await owners.call().catch(() => {})
      await rounds()
    },
    async stop() {
      if (!on) return
      on = false
      stopping.abort()
      unlisten()
      await last
      await eyes.keepTo([])
      await owners.stop().catch(() => {})
    },
  }
}

/** The apps that are watched here, and which of them can't be seen. */
function createEyes(deps: Deps) {
  const open = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>()
  const blind = new Set<string>()
  const tell = () => deps.metrics.watched(open.size, blind.size)
  const forget = (app: string) => {
    open.delete(app)
    blind.delete(app)
    deps.lines.leave(app)
    tell()
  }
  const one: OneAppDeps = {
    ...deps,
    rules: deps.book.rules,
    holds: deps.owners.holds,
    onLook(app, { lateMs, seen }) {
      if (seen) blind.delete(app)
      else blind.add(app)
      deps.metrics.watchLook(seen ? 'seen' : 'blind', lateMs / 1000)
      tell()
    },
  }
  const begin = (app: string, firstMs: number): void => {
    const stop = new AbortController()
    const ended = watchApp(one, { app, firstMs, signal: stop.signal }).then(() => forget(app))
    open.set(app, { stop, ended })
  }
  return {
    /** Watches these apps and no others. */
    async keepTo(apps: readonly string[]): Promise<void> {
      const wanted = new Set(apps)
      deps.lines.expect(apps.length)
      const gone = [...open].filter(([app]) => !wanted.has(app)).map(([, eye]) => eye)
      for (const { stop } of gone) stop.abort()
      await Promise.all(gone.map(({ ended }) => ended))
      for (const app of apps)
        if (!open.has(app)) begin(app, firstPauseMs(apps.length, deps.random()))
    },
  }
}
