import { OpsError } from '../../core/errors.ts'
import type { Store } from '../../core/ports.ts'
import { tr } from '../../core/text.ts'
import { createInTurn } from '../in-turn.ts'
import { decode, encode } from '../json.ts'
import { badPlace } from '../streams.ts'
import type { RedisLink } from './connection.ts'
import { createScript, EXTEND, TRIM } from './scripts.ts'

const keyOf = (stream: string): string => `ocops:stream:${stream}`
const extend = createScript(EXTEND)
const trim = createScript(TRIM)

/** Append-only streams; ids are Redis' own (`<ms>-<n>`). */
export function createRedisStreams(
  link: RedisLink,
): Pick<Store, 'append' | 'extend' | 'trim' | 'read'> {
  const inTurn = createInTurn()
  // What was newest when it was seen last: added behind without asking, and where somebody was faster that is told.
  const newest = new Map<string, Newest>()
  return {
    append: async (stream, entry) =>
      (await link.run((redis) => redis.xadd(keyOf(stream), '*', 'e', encode(entry)))) ?? '',
    extend: (stream, next) =>
      inTurn(stream, () =>
        extended(link, { key: keyOf(stream), newest }, (last) => next(last).map(encode)),
      ),
    trim: async (stream, through) => {
      checkPlace(through)
      return Number(await link.run((redis) => trim(redis, [keyOf(stream)], [through])))
    },
    async read(stream, { after, before, limit, newestFirst = false } = {}) {
      checkPlace(after)
      checkPlace(before)
      if (limit === 0) return []
      const from = after === undefined ? '-' : `(${after}`
      const till = before === undefined ? '+' : `(${before}`
      const count = limit ?? Number.MAX_SAFE_INTEGER
      const rows = await link.run((redis) =>
        newestFirst
          ? redis.xrevrange(keyOf(stream), till, from, 'COUNT', count)
          : redis.xrange(keyOf(stream), from, till, 'COUNT', count),
      )
      return rows.map(([id, [, json]]) => ({ id, entry: decode(json) }))
    },
  }
}

type Newest = readonly [id: string, json: string | undefined]

/** Adds behind the newest entry, unless somebody was faster: then behind theirs. */
async function extended(
  link: RedisLink,
  { key, newest }: { readonly key: string; readonly newest: Map<string, Newest> },
  next: (last: unknown) => readonly string[],
): Promise<readonly string[]> {
  const until = performance.now() + 2 * link.callMs
  let isSeen = !newest.has(key)
  let [last, json] = newest.get(key) ?? (await newestOf(link, key))
  while (performance.now() < until) {
    const added = next(decode(json))
    if (added.length === 0 && isSeen) return []
    if (added.length === 0) {
      ;[last, json] = await newestOf(link, key)
      isSeen = true
      continue
    }
    const answer = await link.run((redis) => extend(redis, [key], [last, ...added]))
    const [written, ...rest] = answer as [number, ...string[]]
    if (written === 1) {
      newest.set(key, [rest.at(-1) ?? '', added.at(-1)])
      return rest
    }
    ;[last = '', json] = rest
    isSeen = true
  }
  throw new OpsError(
    'unavailable',
    tr(
      'The store is too busy with the same entries. Try again in a moment.',
      '儲存區正忙於處理同一批資料。請稍後再試。',
    ),
  )
}

async function newestOf(link: RedisLink, key: string): Promise<Newest> {
  const [row] = await link.run((redis) => redis.xrevrange(key, '+', '-', 'COUNT', 1))
  return row ? [row[0], row[1][1]] : ['', undefined]
}

function checkPlace(id: string | undefined): void {
  if (id !== undefined && !/^\d+-\d+$/.test(id)) throw badPlace()
}
