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

interface Claimed {
  readonly claim: Claim
  readonly lane: Lane
}
interface Held extends Claimed {
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

  const claimsOf = (lane: Lane, now: number): readonly Claimed[] => {
    const found: Claimed[] = []
    for (let free = room(lane); free > 0; free--) {
      const claim = ledger.claim(lane, now)
      if (claim === undefined) return found
      found.push({ claim, lane })
    }
    return found
  }

  return {
    fill() {
      const now = clock.now()
      // Reading first: a claim that finds nothing would still take the write lock.
      const open = lanes.filter(
        (lane) => room(lane) > 0 && (ledger.nextDue(lane) ?? Infinity) <= now,
      )
      if (open.length === 0) return
      // A turn begins only when its claim is on the disk.
      const claims = ledger.together(() => open.flatMap((lane) => claimsOf(lane, now)))
      for (const { claim, lane } of claims) start(claim, lane)
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
      const over = [...held].filter(([, { outcome }]) => outcome !== undefined)
      if (over.length === 0) return
      ledger.together(() => {
        for (const [, one] of over) write(one, deps)
      })
      for (const [key] of over) held.delete(key)
    },
    async idle() {
      while (ending.size > 0) await Promise.all(ending)
    },
  }
}

function write({ claim, lane, outcome }: Held, { ledger, clock, pauses }: Deps): void {
  if (outcome === 'released') return ledger.release(claim)
  if (outcome === 'done') return ledger.end(claim, 'done', clock.now())
  // A serial lane has had its tries within the turn, and after a tick comes the next.
  const pause = isSerial(lane) || claim.schedule !== null ? undefined : pauses[claim.tries]
  if (pause === undefined) return ledger.end(claim, 'failed', clock.now())
  ledger.retry(claim, clock.now() + pause)
}
