import type { Store } from '../ports.ts'
import { type Anchor, ANCHORS, CHAIN, readLink } from './chain.ts'
import { checkEnds, checkNext, NOTHING_SEEN, type Seen } from './check.ts'

const PAGE = 500

export interface Verified extends Seen {
  readonly anchors: number
  /** The newest anchor; what came after it can be cut off unseen. */
  readonly anchor: Anchor | undefined
}

interface Deps {
  readonly store: Pick<Store, 'read' | 'list'>
  /** Lets others have a turn between two pages. */
  readonly pause: () => Promise<void>
}

/**
 * Computes the whole chain again, a page at a time, beside whoever writes to it. What the retention removes meanwhile looks like a hole, so a
 * chain that begins elsewhere by the end is read once more: what is wrong with it is wrong then, too.
 */
export async function verify(deps: Deps): Promise<Verified> {
  const seen = await readThrough(deps)
  if (seen.flaws.length === 0) return seen
  const [oldest] = await deps.store.read(CHAIN, { limit: 1 })
  const isTrimmed = readLink(oldest?.entry)?.seq !== seen.first?.seq
  return isTrimmed ? readThrough(deps) : seen
}

async function readThrough({ store, pause }: Deps): Promise<Verified> {
  const anchors = await readAnchors(store)
  let seen = NOTHING_SEEN
  let after: string | undefined
  for (;;) {
    const page = await store.read(CHAIN, { limit: PAGE, ...(after !== undefined && { after }) })
    for (const { entry } of page) seen = checkNext(seen, entry, anchors)
    after = page.at(-1)?.id
    if (page.length < PAGE) break
    await pause()
  }
  const newest = [...anchors.values()].toSorted((a, b) => b.seq - a.seq)[0]
  return { ...checkEnds(seen, anchors), anchors: anchors.size, anchor: newest }
}

/** A record that is no anchor any more is as good as one that is gone. */
async function readAnchors(store: Pick<Store, 'list'>): Promise<ReadonlyMap<number, Anchor>> {
  const entries = await store.list(ANCHORS)
  const anchors = entries.map(({ value }) => value as Anchor)
  return new Map(anchors.map((anchor) => [anchor.seq, anchor]))
}
