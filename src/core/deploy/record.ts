import type { Store } from '../ports.ts'

/** An image as it was put in place, or was there. */
export interface ImageSeen {
  /** As Fly was given it, or says it. */
  readonly image: string
  readonly digest: string | null
  /** Of the program in it, as far as it is known. */
  readonly version: string | null
}

/** What was taken of a volume before. */
export interface Taken {
  readonly volume: string
  readonly snapshot: string
}

/**
 * `running`: begun, and nothing is known of its end yet. `done`: every machine proven. `unproven`: in place, but the gateway was not seen.
 * `partly`: some machines have it, others do not. `back`: all is as it was before. `unknown`: the way back was not proven.
 */
export type Ended = 'running' | 'done' | 'unproven' | 'partly' | 'back' | 'unknown'

/** One deployment made here. */
export interface Deploy {
  /** Counts up within the app; people name it by this. */
  readonly number: number
  readonly job: string
  readonly kind: 'image' | 'rollback'
  readonly at: number
  readonly by: string
  readonly from: ImageSeen
  readonly to: ImageSeen
  readonly snapshots: readonly Taken[]
  readonly ended: Ended
}

interface Stored {
  readonly next: number
  /** Oldest first. */
  readonly entries: readonly Deploy[]
}

const BUCKET = 'deploy'
/** Older ones are forgotten. */
const KEPT = 50

type At = { readonly store: Store; readonly app: string }

/** What was deployed here, newest first. */
export async function deployments({
  store,
  app,
}: {
  readonly store: Pick<Store, 'get'>
  readonly app: string
}): Promise<readonly Deploy[]> {
  const stored = (await store.get(BUCKET, app)) as Stored | undefined
  return stored?.entries.toReversed() ?? []
}

/** Writes down that one has begun; the same job again changes nothing. Gives its number. */
export async function begin(
  { store, app }: At,
  entry: Omit<Deploy, 'number' | 'ended' | 'snapshots'>,
): Promise<number> {
  const after = await store.update(BUCKET, app, (current) => {
    const { next = 1, entries = [] } = (current ?? {}) as Partial<Stored>
    if (entries.some(({ job }) => job === entry.job)) return undefined
    const added = { ...entry, number: next, snapshots: [], ended: 'running' } as const
    return { next: next + 1, entries: [...entries, added].slice(-KEPT) } satisfies Stored
  })
  const { entries = [] } = (after ?? {}) as Partial<Stored>
  return entries.find(({ job }) => job === entry.job)?.number ?? 0
}

/** Adds to what is written down of a job's deployment. */
export async function amend(
  { store, app }: At,
  job: string,
  more: Partial<Pick<Deploy, 'ended' | 'snapshots' | 'to'>>,
): Promise<void> {
  await store.update(BUCKET, app, (current) => {
    const stored = current as Stored | undefined
    if (!stored?.entries.some((entry) => entry.job === job)) return undefined
    const entries = stored.entries.map((entry) =>
      entry.job === job ? { ...entry, ...more } : entry,
    )
    return { ...stored, entries } satisfies Stored
  })
}
