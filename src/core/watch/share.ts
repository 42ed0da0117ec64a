interface Sharing {
  readonly apps: readonly string[]
  /** Who has an app, of those that live. */
  readonly holders: ReadonlyMap<string, string>
  /** Everybody alive who watches these apps. */
  readonly living: readonly string[]
  readonly me: string
}

/** What one of them does about it. */
export interface Share {
  readonly keep: readonly string[]
  /** Beyond its share: for others. */
  readonly leave: readonly string[]
  /** Of what nobody has; who sees the same takes others, and together they take all of it. */
  readonly take: readonly string[]
}

/** The fair share of one of several who watch the same apps: no more than all of them by the living, rounded up. Pure. */
export function shareOf({ apps, holders, living, me }: Sharing): Share {
  const all = [...new Set([me, ...living])].toSorted()
  const most = Math.ceil(apps.length / all.length)
  const own = apps.filter((app) => holders.get(app) === me)
  const free = apps.filter((app) => !holders.has(app))
  const seats = seatsOf(all, { apps, holders, most })
  return {
    keep: own.slice(0, most),
    leave: own.slice(most),
    take: free.filter((_, n) => seats[n] === me),
  }
}

/** Whose turn it is for each free app: those that have least go first. */
function seatsOf(
  all: readonly string[],
  { apps, holders, most }: Pick<Sharing, 'apps' | 'holders'> & { readonly most: number },
): readonly string[] {
  const counts = new Map(all.map((one) => [one, 0]))
  for (const app of apps) {
    const holder = holders.get(app)
    if (holder !== undefined && counts.has(holder))
      counts.set(holder, (counts.get(holder) ?? 0) + 1)
  }
  return all
    .flatMap((one) => {
      const had = counts.get(one) ?? 0
      return Array.from({ length: Math.max(0, most - had) }, (_, n) => ({ one, rank: had + n }))
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ one }) => one)
}
