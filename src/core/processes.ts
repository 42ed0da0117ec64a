import type { Clock, Store } from './ports.ts'

/** One run of a process of the bot, as it told the store; plain JSON. */
export interface ProcessRecord {
  /** Machine or host, and role: the next run there writes over it. */
  readonly place: string
  readonly app: string | null
  readonly machine: string | null
  readonly region: string | null
  readonly role: 'all' | 'bot' | 'worker'
  readonly version: string
  readonly boot: string
  readonly startedAt: number
  readonly seenAt: number
  /** When it said that it stops; null as long as it has not, which a killed one never does. */
  readonly endedAt: number | null
}

const BUCKET = 'process'
const KEEP_MS = 7 * 86_400_000
const BEAT_MS = 30_000
/** Two signs of life may be lost. */
const SILENT_MS = 100_000

/** Whether it runs, as far as its last sign of life tells. */
export const alive = ({ endedAt, seenAt }: ProcessRecord, now: number): boolean =>
  endedAt === null && now - seenAt < SILENT_MS

/** All processes that were there within a week, the oldest first. */
export async function processes(store: Pick<Store, 'list'>): Promise<readonly ProcessRecord[]> {
  const entries = await store.list(BUCKET, { limit: 200, newestFirst: true })
  return entries.map(({ value }) => value as ProcessRecord).toReversed()
}

/** The newest run on a machine; nothing where none of ours is known. */
export async function processOn(
  store: Pick<Store, 'list'>,
  app: string,
  machine: string,
): Promise<ProcessRecord | undefined> {
  const there = (await processes(store)).filter((one) => one.app === app && one.machine === machine)
  return there.toSorted((a, b) => b.startedAt - a.startedAt)[0]
}

/** Tells the other processes that this one is there. */
export interface Presence {
  /** Says so at once and again and again until stopped. */
  readonly start: () => Promise<void>
  /** Says that it ends on purpose. */
  readonly stop: () => Promise<void>
  /** The run before this one in the same place. */
  readonly before: () => ProcessRecord | null
}

export function createPresence(deps: {
  readonly store: Store
  readonly clock: Clock
  readonly about: Omit<ProcessRecord, 'seenAt' | 'endedAt'>
}): Presence {
  const { store, clock, about } = deps
  const stopping = new AbortController()
  let before: ProcessRecord | null = null
  const say = (endedAt: number | null) =>
    store.put(
      BUCKET,
      about.place,
      { ...about, seenAt: clock.now(), endedAt },
      { ttlMs: KEEP_MS, order: about.startedAt },
    )
  const beat = async () => {
    while (!stopping.signal.aborted) {
      await clock.sleep(BEAT_MS, stopping.signal).catch(() => {})
      // A store that is away is told of elsewhere.
      if (!stopping.signal.aborted) await say(null).catch(() => {})
    }
  }
  return {
    async start() {
      const found = (await store.get(BUCKET, about.place)) as ProcessRecord | undefined
      before = found ?? null
      await say(null)
      void beat()
    },
    async stop() {
      stopping.abort()
      await say(clock.now()).catch(() => {})
    },
    before: () => before,
  }
}
