import type { Clock, Lane } from '../../core/ports.ts'
import { isSerial, type Pauses } from '../lanes.ts'
import { lost, type Outcome, type Turn, type Turns } from '../turns.ts'
import { keyOf, type Ledger } from './ledger.ts'
import type { Claim } from './statements.ts'

/** The jobs that this process holds, and the room for more. */
export interface Slots {
  /** Claims and starts whatever is due and has room. */
  readonly fill: () => void
  /** How long until the next job is due, in ms; Infinity when none is. Serial lanes delay nothing. */
  readonly nextDue: () => number
  /** Aborts the turns that are no longer ours. */
  readonly keep: (ours: ReadonlySet<string>) => void
  /** Writes the ends that could not be written when they came. */
  readonly settle: () => void
  /** Resolves when no turn is running and every end is written, or failed to be. */
  readonly idle: () => Promise<void>
}

interface Deps {
  readonly lanes: readonly Lane[]
  readonly reads: number
  readonly ledger: Ledger
  readonly turns: Turns
  readonly clock: Clock
  readonly pauses: Pauses
  /** Called after the end of each turn. */
  readonly onFree: () => void
}

interface Held {
  readonly claim: Claim
  readonly lane: Lane
  readonly turn: Turn
  outcome?: Outcome
}

export function createSlots(deps: Deps): Slots {
  const { lanes, ledger, turns, clock } = deps
  const held = new Map<string, Held>()
  const ending = new Set<Promise<void>>()

  const room = (lane: Lane) =>
    (isSerial(lane) ? 1 : deps.reads) - [...held.values()].filter((one) => one.lane === lane).length

  const start = (claim: Claim, lane: Lane) => {
    const one: Held = { claim, lane, turn: turns.start({ id: claim.id, lane }) }
    held.set(keyOf(claim), one)
    const ended = one.turn.outcome.then((outcome) => {
      one.outcome = outcome
      ending.delete(ended)
      deps.onFree()
    })
    ending.add(ended)
  }

  const fillLane = (lane: Lane, now: number) => {
    for (let free = room(lane); free > 0; free--) {
      const claim = ledger.claim(lane, now)
      if (claim === undefined) return
      start(claim, lane)
    }
  }

  return {
    fill() {
      const now = clock.now()
      for (const lane of lanes) fillLane(lane, now)
    },
    nextDue: () =>
      lanes
        .filter((lane) => !isSerial(lane) && room(lane) > 0)
        .map((lane) => ledger.nextDue(lane) ?? Infinity)
        .reduce((a, b) => Math.min(a, b), Infinity) - clock.now(),
    keep(ours) {
      for (const [key, { turn }] of held) if (!ours.has(key)) turn.abort(lost())
    },
    settle() {
      for (const [key, one] of held) {
        if (one.outcome === undefined) continue
        write(one, one.outcome, deps)
        held.delete(key)
      }
    },
    async idle() {
      while (ending.size > 0) await Promise.all(ending)
    },
  }
}

function write({ claim, lane }: Held, outcome: Outcome, { ledger, clock, pauses }: Deps): void {
  if (outcome === 'released') return ledger.release(claim)
  if (outcome === 'done') return ledger.end(claim, 'done', clock.now())
  // A serial lane has had its tries within the turn.
  const pause = isSerial(lane) ? undefined : pauses[claim.tries]
  if (pause === undefined) return ledger.end(claim, 'failed', clock.now())
  ledger.retry(claim, clock.now() + pause)
}
