import type { Store } from '../ports.ts'
import { CHAIN, type Link, readLink } from './chain.ts'
import type { Range } from './range.ts'

const PAGE = 500
/** What one request reads at most: about a second of work. */
const READ = 100_000

/** Which of the entries. */
export interface Wish {
  readonly range: Range
  readonly actor?: string | undefined
  readonly app?: string | undefined
  /** Only what happened there; everything when left out. */
  readonly place?: string | undefined
  /** Whether it may be read; all of it when left out. */
  readonly mayRead?: ((link: Link) => boolean) | undefined
}

export interface Found {
  /** Newest first. */
  readonly links: readonly Link[]
  /** Where to go on, when there may be more. */
  readonly next: string | undefined
}

/** Reads from the newest back until it has enough, has gone past the beginning, or has read as much as one request may. */
export async function findLinks(
  store: Pick<Store, 'read'>,
  wish: Wish,
  limits: {
    readonly entries: number
    readonly bytes?: number
    readonly pause: () => Promise<void>
  },
): Promise<Found> {
  const { fromAt, fromSeq } = wish.range
  const links: Link[] = []
  let { before } = wish.range
  let size = 0
  for (let read = 0; read < READ; read += PAGE) {
    const options = { limit: PAGE, newestFirst: true, ...(before !== undefined && { before }) }
    const page = await store.read(CHAIN, options)
    let isOver = true
    for (const { id, entry } of page) {
      const link = readLink(entry)
      if (link !== undefined && link.seq < fromSeq) return { links, next: undefined }
      const isOld = link !== undefined && link.at < fromAt
      if (!isOld) isOver = false
      const fits = link !== undefined && !isOld && isWished(link, wish)
      size += fits ? JSON.stringify(entry).length : 0
      const full = links.length >= limits.entries || size > (limits.bytes ?? Number.MAX_VALUE)
      if (fits && full) return { links, next: before }
      before = id
      if (fits) links.push(link)
    }
    // Clocks go wrong: what is older than asked for ends the search only where there is nothing else for a while.
    if (page.length < PAGE || isOver) return { links, next: undefined }
    await limits.pause()
  }
  return { links, next: before }
}

function isWished(link: Link, { range, actor, app, place, mayRead = () => true }: Wish): boolean {
  return (
    link.seq <= range.toSeq &&
    (actor === undefined || link.actor === actor) &&
    (app === undefined || app === '*' || link.app === app) &&
    (place === undefined || link.place === place) &&
    mayRead(link)
  )
}
