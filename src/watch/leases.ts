import type { Store } from '../core/ports.ts'

/** Which process watches an app. */
const LEASE = 'watch-lease'
/** Writes at a time. */
const AT_ONCE = 50

/** A process, and which of its stretches of life without a gap: what it had in one is not its own in the next. */
export interface Holder {
  readonly owner: string
  /** Left out by versions that knew none. */
  readonly term?: number
}
const NOBODY: Holder = { owner: '' }

export const keyOf = ({ owner, term }: Holder): string => `${term ?? ''} ${owner}`

/** Who has which app. Every change is made only if the lease is still as it was read. */
export interface Leases {
  readonly read: () => Promise<ReadonlyMap<string, Holder>>
  /** Gives those that were got. */
  readonly take: (
    apps: readonly string[],
    change: { readonly from: ReadonlyMap<string, Holder>; readonly to: Holder },
  ) => Promise<readonly string[]>
  readonly free: (apps: readonly string[], mine: Holder) => Promise<void>
}

export function createLeases(store: Pick<Store, 'list' | 'update'>): Leases {
  const swap = async (app: string, from: Holder | undefined, to: Holder): Promise<boolean> => {
    const after = await store.update(LEASE, app, (current) =>
      isSame(current as Holder | undefined, from) ? to : undefined,
    )
    return isSame(after as Holder | undefined, to)
  }
  return {
    async read() {
      const all = await store.list(LEASE)
      return new Map(all.map(({ id, value }) => [id, value as Holder]))
    },
    async take(apps, { from, to }) {
      const got = await batched(apps, (app) => swap(app, from.get(app), to))
      return apps.filter((_, n) => got[n])
    },
    async free(apps, mine) {
      await batched(apps, (app) => swap(app, mine, NOBODY))
    },
  }
}

const isSame = (a: Holder | undefined, b: Holder | undefined): boolean =>
  a === undefined || b === undefined ? a === b : keyOf(a) === keyOf(b)

async function batched<T>(
  apps: readonly string[],
  work: (app: string) => Promise<T>,
): Promise<readonly T[]> {
  const done: T[] = []
  for (let from = 0; from < apps.length; from += AT_ONCE)
    done.push(...(await Promise.all(apps.slice(from, from + AT_ONCE).map(work))))
  return done
}
