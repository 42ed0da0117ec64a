import type { Health } from '../../core/ports.ts'
import type { RedisLink } from './connection.ts'

/** Whether Redis answers and takes writes, within the time of one call. */
export async function redisHealth(link: RedisLink): Promise<Health> {
  try {
    // A full or stopped server still answers PING; only a write shows that it works.
    await link.run((redis) => redis.set('ocops:health', '1', 'PX', 60_000))
    return { ok: true, detail: 'Redis answers and takes writes.' }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'Redis does not answer.' }
  }
}
