import type { Clock, Store } from '../core/ports.ts'

/** Which process watches an app. */
const LEASE = 'watch-lease'
/** Processes that watch, while they live. */
const OWNER = 'watch-owner'
const BEAT_MS = 15_000
/** Two signs of life may be lost. */
const ALIVE_MS = 45_000
const MOST = 5000
/** Writes at a time. */
const AT_ONCE = 50

interface Lease {
  readonly owner: string
}
interface Deps {
  readonly store: Store
  readonly clock: Clock
  /** Names this process. */
  readonly owner: string
  /** Whether a process is certainly gone; then nobody waits for its lease to end. */
  readonly isDead: (owner: string) => boolean
}

/** One owner per app at a time: a sign of life for each process, and for each app the name of the process that has it. */
export interface Owners {
  /** Says from now on that this process is there. */
  readonly start: () => void
  /** Whether what this process has is still its own: nobody may have taken it before. */
  readonly holds: () => boolean
  /** Takes the apps that nobody alive has; gives all that are ours. */
  readonly claim: (apps: readonly string[]) => Promise<readonly string[]>
  /** Lets others have all of it. */
  readonly stop: () => Promise<void>
}

export function createOwners({ store, clock, owner, isDead }: Deps): Owners {
  let stopping = new AbortController()
  let until = 0
  const beat = async (): Promise<void> => {
    const to = clock.now() + ALIVE_MS
    await store.put(OWNER, owner, { at: clock.now() }, { ttlMs: ALIVE_MS })
    until = to
  }
  const beatOn = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(BEAT_MS, signal).catch(() => {})
      // A store that is away is told of elsewhere; nobody else can take anything meanwhile.
      if (!signal.aborted) await beat().catch(() => {})
    }
  }
  const alive = async (): Promise<ReadonlySet<string>> => {
    const others = await store.list(OWNER, { limit: MOST })
    return new Set(others.map(({ id }) => id).filter((id) => !isDead(id)))
  }
  const take = async (app: string, living: ReadonlySet<string>): Promise<boolean> => {
    const after = await store.update(LEASE, app, (current) => {
      const held = (current as Lease | undefined)?.owner
      return held !== undefined && (held === owner || living.has(held))
        ? undefined
        : ({ owner } satisfies Lease)
    })
    return (after as Lease).owner === owner
  }
  return {
    start() {
      stopping = new AbortController()
      void beatOn(stopping.signal)
    },
    holds: () => clock.now() < until,
    async claim(apps) {
      // First the sign of life: what is ours must look so to others.
      await beat()
      const living = await alive()
      const mine: string[] = []
      for (let from = 0; from < apps.length; from += AT_ONCE) {
        const some = apps.slice(from, from + AT_ONCE)
        const taken = await Promise.all(some.map((app) => take(app, living)))
        mine.push(...some.filter((_, n) => taken[n]))
      }
      return mine
    },
    async stop() {
      stopping.abort()
      until = 0
      await store.remove(OWNER, owner)
    },
  }
}
