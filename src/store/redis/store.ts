import type { Clock, Store } from '../../core/ports.ts'
import { createInTurn } from '../in-turn.ts'
import { decode, encode } from '../json.ts'
import type { RedisLink } from './connection.ts'
import { createKnown } from './known.ts'
import { createRedisNudges, type RedisNudges } from './nudges.ts'
import { createScript, LIST, TAKE, WRITE } from './scripts.ts'
import { createRedisStreams } from './streams.ts'
import { redisHealth } from './health.ts'
import { createRedisUpdate, type Write, type Written } from './update.ts'

/** A bucket name may hold anything, a key part may not hold the separator. */
const part = (bucket: string): string => encodeURIComponent(bucket)
const prefixOf = (bucket: string): string => `ocops:entry:${part(bucket)}:`
/** Ids of a bucket by their place in lists, and by when they end. */
const indexesOf = (bucket: string): [string, string] => [
  `ocops:index:${part(bucket)}`,
  `ocops:lives:${part(bucket)}`,
]

const keyOf = (bucket: string, id: string): string => prefixOf(bucket) + id

const take = createScript(TAKE)
const list = createScript(LIST)
const write = createScript(WRITE)

/** Durable state in Redis. What is acknowledged is as durable as the server's own append-only file. The link stays open on `close`. */
export function createRedisStore(deps: {
  readonly redis: RedisLink
  readonly clock: Clock
}): Store {
  const { redis: link, clock } = deps
  const known = createKnown()
  const nudges = createRedisNudges(link, known)
  const keysOf = (bucket: string, id: string) => [keyOf(bucket, id), ...indexesOf(bucket)]

  const put: Write = async (entries) => {
    const keys = entries.flatMap(({ bucket, id }) => keysOf(bucket, id))
    const args = entries.flatMap((one) => argsOf(one, nudges.head))
    const reply = await link.run((redis) => write(redis, keys, [clock.now(), ...args]))
    const [written, ...current] = reply as [number, ...Array<string | null>]
    for (const [i, { bucket, id, json, mode, options }] of entries.entries()) {
      if (written !== 1) known.set(keyOf(bucket, id), current[i])
      else if (mode !== 'same') known.set(keyOf(bucket, id), json)
      if (written === 1 && mode !== 'same' && options?.nudge !== undefined)
        nudges.tell(options.nudge, id, () => decode(json))
    }
    return { written: written === 1, current }
  }
  const read = async (bucket: string, id: string) => {
    const key = keyOf(bucket, id)
    const json = await link.run((redis) => redis.get(key))
    known.set(key, json)
    return json
  }
  const remove = async (bucket: string, id: string) => {
    const json = await link.run((redis) => take(redis, keysOf(bucket, id), [id]))
    known.set(keyOf(bucket, id), undefined)
    return decode(json)
  }

  return {
    get: async (bucket, id) => decode(await read(bucket, id)),
    async put(bucket, id, value, options) {
      await put([{ bucket, id, json: encode(value), mode: 'put', options }])
    },
    create: async (bucket, id, value, options) =>
      (await put([{ bucket, id, json: encode(value), mode: 'create', options }])).written,
    update: createRedisUpdate({
      read,
      write: put,
      known: (bucket, id) => known.get(keyOf(bucket, id)),
      inTurn: createInTurn(),
      limitMs: 2 * link.callMs,
    }),
    take: remove,
    async remove(bucket, id) {
      await remove(bucket, id)
    },
    async list(bucket, { until, limit, newestFirst = false } = {}) {
      const order = newestFirst ? 'ZREVRANGEBYSCORE' : 'ZRANGEBYSCORE'
      const args = [prefixOf(bucket), until ?? '+inf', limit ?? -1, order]
      const flat = await link.run((redis) => list(redis, indexesOf(bucket), args))
      return entries(flat as string[])
    },
    ...createRedisStreams(link),
    nudge: nudges.nudge,
    onNudge: nudges.onNudge,
    close: nudges.close,
    health: () => redisHealth(link),
  }
}

/** As the WRITE script reads them. */
function argsOf(
  { bucket, id, json, mode, expected = '', options = {} }: Written,
  head: RedisNudges['head'],
): readonly (string | number)[] {
  const { ttlMs, order, nudge } = options
  const told = nudge === undefined ? ['', ''] : head(nudge, id, keyOf(bucket, id))
  return [id, json, life(ttlMs), order ?? '', mode, expected, ...told]
}

/** Redis takes whole milliseconds from 1 up. */
const life = (ttlMs: number | undefined): number | '' =>
  ttlMs === undefined ? '' : Math.max(1, Math.ceil(ttlMs))

function entries(flat: readonly string[]) {
  const found = []
  for (let i = 0; i + 2 < flat.length; i += 3) {
    const [id = '', order, json] = flat.slice(i, i + 3)
    found.push({ id, order: Number(order), value: decode(json) })
  }
  return found
}
