import type { Fly, LogLine } from '../../core/fly.ts'
import { lineKey, nanosOf, positionAfter, type TailPosition } from '../../core/logs/tail.ts'
import { FULL, pastPage } from './poll.ts'
import { LATE_MS, placeAfter } from './position.ts'

/** Of an app that writes more between two reads only the newest page is read beside these. */
const MOST = 5

interface Paged {
  readonly lines: readonly LogLine[]
  readonly position: TailPosition
  /** Calls that it took. */
  readonly pages: number
}

/** What came since a position, by pages and without a tail: for who looks too seldom to keep one. Rejects with what the log API says. */
export async function readPages(
  fly: Pick<Fly, 'logs'>,
  app: string,
  { position, now }: { readonly position: TailPosition; readonly now: number },
): Promise<Paged> {
  const found: LogLine[] = []
  let readTo = now - 2 * LATE_MS
  let cursor = position.after
  let pages = 1
  for (; ; pages += 1) {
    const page = await fly.logs(app, pages > MOST ? {} : { cursor })
    const { lines } = page
    const last = lines.at(-1)
    found.push(...lines)
    if (pages > MOST) readTo = lines[0]?.at ?? readTo
    if (last === undefined || lines.length < FULL || pages > MOST) break
    cursor = pastPage(page, last)
  }
  const lines = unread(found, position)
  const { after, recent } = placeAfter(position, lines, readTo)
  return { lines, pages, position: { ...positionAfter(after), recent } }
}

/** Pages overlap, with each other and with what was read before. */
function unread(
  lines: readonly LogLine[],
  { after, recent }: Pick<TailPosition, 'after' | 'recent'>,
): readonly LogLine[] {
  const from = BigInt(after)
  const seen = new Set(recent)
  return lines.filter((line) => {
    const key = lineKey(line)
    if (nanosOf(line) <= from || seen.has(key)) return false
    seen.add(key)
    return true
  })
}
