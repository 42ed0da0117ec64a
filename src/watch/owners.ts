import { shareOf } from '../core/watch/share.ts'
import { createLeases, type Holder, keyOf } from './leases.ts'
import { createLife, type LifeDeps } from './life.ts'

/** Told when somebody begins a round, or leaves apps to others. */
const ROUNDS = 'watch-rounds'
const BEAT_MS = 15_000
/** Apps of a process that died are taken over at the next round. */
export const ROUND_MS = 30_000

/** One owner per app at a time: a sign of life for each process, and for each app the name of the process that has it. */
export interface Owners {
  /** Says from now on that this process is there, and calls `round` when others call for one, or none has been for a while. */
  readonly start: (round: () => void) => void
  /** Has the others who watch look for what is theirs to watch. */
  readonly call: () => Promise<void>
  /** Whether the app is this process's own: nobody else may have it. */
  readonly holds: (app: string) => boolean
  /**
   * Takes this process's fair share of what nobody alive has, and gives all that are its own. What is more than its share is left to others
   * once `keepTo` has ended the watch over all but the apps it is given. One call at a time.
   */
  readonly claim: (keepTo: KeepTo) => Promise<readonly string[]>
  /** Lets others have all of it. */
  readonly stop: () => Promise<void>
}
type KeepTo = (apps: readonly string[]) => Promise<void>

export function createOwners(deps: LifeDeps): Owners {
  const { store, clock, owner } = deps
  const life = createLife(deps)
  const shares = createShares(deps, life)
  let stopping = new AbortController()
  let claimedAt = 0

  const call = () => store.nudge(ROUNDS, owner)
  const beatOn = async (round: () => void, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(BEAT_MS, signal).catch(() => {})
      if (signal.aborted) return
      // Calls may be lost. A round begins with a sign of life.
      if (clock.now() - claimedAt >= ROUND_MS) round()
      // A store that is away is told of elsewhere; nobody else can take anything meanwhile.
      else await life.beat().catch(() => {})
    }
  }
  return {
    start(round) {
      stopping = new AbortController()
      const { signal } = stopping
      const unlisten = store.onNudge(ROUNDS, (from) => void (from !== owner && round()))
      signal.addEventListener('abort', unlisten, { once: true })
      void beatOn(round, signal)
    },
    call,
    holds: shares.holds,
    async claim(keepTo) {
      claimedAt = clock.now()
      const { mine, left } = await shares.claim(keepTo)
      if (left) await call()
      return mine
    },
    async stop() {
      stopping.abort()
      shares.drop()
      await life.end()
      await call()
    },
  }
}

/** What this process has, and in which of its terms it got it. */
interface Held {
  readonly apps: ReadonlySet<string>
  readonly term: number
}
const NOTHING: Held = { apps: new Set(), term: 0 }

function createShares({ store, owner, apps }: LifeDeps, life: ReturnType<typeof createLife>) {
  const leases = createLeases(store)
  let held = NOTHING

  /** Leases first: who took one after it was read here is alive when asked, or the lease is no longer as it was read. */
  const look = async (mine: Holder) => {
    const from = await leases.read()
    const { alive, peers } = await life.everybody()
    const named = [...from].map(([app, holder]) => [app, keyOf(holder)] as const)
    const holders = new Map(named.filter(([, holder]) => alive.has(holder)))
    return { from, share: shareOf({ apps, holders, living: peers, me: keyOf(mine) }) }
  }
  return {
    holds: (app: string): boolean => held.apps.has(app) && life.isSure(held.term),
    drop: () => void (held = NOTHING),
    async claim(keepTo: KeepTo) {
      // First the sign of life: what is ours must look so to others.
      await life.beat()
      const term = life.term()
      const mine = { owner, term }
      const { from, share } = await look(mine)
      const { keep, leave, take } = share
      held = { apps: new Set(keep), term }
      await keepTo(keep)
      await leases.free(leave, mine)
      const taken = await leases.take(take, { from, to: mine })
      held = { apps: new Set([...keep, ...taken]), term }
      const left = leave.length > 0
      return { mine: life.isSure(term) ? [...held.apps] : [], left }
    },
  }
}
