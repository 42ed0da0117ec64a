import type { Fly } from './core/fly.ts'
import type { Clock } from './core/ports.ts'
import { type Pacer, takeTurn } from './fly/pace.ts'
import { readPages } from './fly/tail/pages.ts'
import type { LinesDeps } from './watch/lines.ts'

/** Of the log API nobody tells the limits: as many reads in turn as following a few apps costs, by all processes together. */
const IN_TURN = { perSecond: 4, burst: 1 }
/** Reads by one process where something has just happened. */
const OUT_OF_TURN = { perSecond: 2, burst: 20 }

interface Deps {
  readonly fly: Pick<Fly, 'with'>
  readonly pacer: Pacer
  readonly clock: Pick<Clock, 'now'>
}

/** How the look-out reads logs that are too many to be followed. */
export const createLogReads = ({
  fly,
  pacer,
  clock,
}: Deps): Pick<LinesDeps, 'pages' | 'reserve' | 'mayHurry'> => ({
  pages: (app, position, signal) =>
    readPages(fly.with(signal), app, { position, now: clock.now() }),
  reserve: () => pacer.take('logs in turn', IN_TURN),
  mayHurry: createGate(clock),
})

/** Lets through as many as need not wait; the others are not counted. */
function createGate(clock: Pick<Clock, 'now'>): () => boolean {
  let state: number | undefined
  return () => {
    const turn = takeTurn(state, clock.now(), OUT_OF_TURN)
    if (turn.waitMs > 0) return false
    state = turn.state
    return true
  }
}
