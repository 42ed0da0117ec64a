import type { Store } from '../../core/ports.ts'
import { decode, encode } from '../json.ts'
import { badPlace } from '../streams.ts'
import type { RedisLink } from './connection.ts'

const keyOf = (stream: string): string => `ocops:stream:${stream}`

/** Append-only streams; ids are Redis' own (`<ms>-<n>`). */
export function createRedisStreams(link: RedisLink): Pick<Store, 'append' | 'read'> {
  return {
    append: async (stream, entry) =>
      (await link.run((redis) => redis.xadd(keyOf(stream), '*', 'e', encode(entry)))) ?? '',
    async read(stream, { after, limit, newestFirst = false } = {}) {
      if (after !== undefined && !/^\d+-\d+$/.test(after)) throw badPlace()
      if (limit === 0) return []
      const from = after === undefined ? '-' : `(${after}`
      const count = limit ?? Number.MAX_SAFE_INTEGER
      const rows = await link.run((redis) =>
        newestFirst
          ? redis.xrevrange(keyOf(stream), '+', from, 'COUNT', count)
          : redis.xrange(keyOf(stream), from, '+', 'COUNT', count),
      )
      return rows.map(([id, [, json]]) => ({ id, entry: decode(json) }))
    },
  }
}
