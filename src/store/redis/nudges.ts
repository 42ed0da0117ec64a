import { randomUUID } from 'node:crypto'
import type { Store } from '../../core/ports.ts'
import { createListeners } from '../listeners.ts'
import type { OpenedRedis, RedisLink } from './connection.ts'

const CHANNEL = 'ocops:nudge'

/** Nudges of this process arrive at once, those of others by pub/sub; the listening connection opens with the first listener. */
export function createRedisNudges(link: RedisLink): Pick<Store, 'nudge' | 'onNudge' | 'close'> {
  const self = randomUUID()
  const listeners = createListeners()
  let subscriber: OpenedRedis | undefined

  const subscribe = () => {
    subscriber = link.open('ocops-nudge')
    subscriber.redis.on('message', (_channel, message) => {
      const [from, topic, detail] = JSON.parse(message) as [string, string, string]
      if (from !== self) listeners.tell(topic, detail)
    })
    subscriber.redis.subscribe(CHANNEL).catch(() => {})
  }

  return {
    async nudge(topic, detail = '') {
      listeners.tell(topic, detail)
      // A hint is not worth waiting for a server that is away.
      if (link.calls.status !== 'ready') return
      await link.calls.publish(CHANNEL, JSON.stringify([self, topic, detail])).catch(() => {})
    },
    onNudge(topic, listener) {
      if (subscriber === undefined) subscribe()
      return listeners.add(topic, listener)
    },
    close: async () => await subscriber?.close(),
  }
}
