import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { NudgeListener, Store } from '../../core/ports.ts'
import { decode } from '../json.ts'
import { createListeners } from '../listeners.ts'
import type { OpenedRedis, RedisLink } from './connection.ts'
import type { Known } from './known.ts'

export interface RedisNudges extends Pick<Store, 'nudge' | 'onNudge' | 'close'> {
  /** Channel and first line of a nudge about the entry under this key; the WRITE script puts the entry's value behind it. */
  readonly head: (topic: string, detail: string, key: string) => readonly [string, string]
  /** Tells this process alone. */
  readonly tell: (topic: string, ...told: Parameters<NudgeListener>) => void
}

/** One channel a topic, so that nobody hears of what they do not listen to. */
const CHANNEL = 'ocops:nudge:'

/** Who said it, the detail, and the key of the entry whose value stands behind it. */
const Head = z.tuple([z.string(), z.string(), z.string().optional()])

/** Nudges of this process arrive at once, those of others by pub/sub; the listening connection opens with the first listener. */
export function createRedisNudges(link: RedisLink, known: Pick<Known, 'set'>): RedisNudges {
  const self = randomUUID()
  const listeners = createListeners()
  const heard = new Set<string>()
  let subscriber: OpenedRedis | undefined

  const hear = (channel: string, message: string) => {
    const [head, json] = cut(message)
    const read = readHead(head)
    if (read === undefined || read[0] === self) return
    const [, detail, key] = read
    if (key !== undefined && json !== undefined) known.set(key, json)
    const written = json === undefined ? undefined : () => decode(json)
    listeners.tell(channel.slice(CHANNEL.length), detail, written)
  }
  const subscribe = (topic: string) => {
    if (heard.has(topic)) return
    heard.add(topic)
    if (subscriber === undefined) {
      subscriber = link.open('ocops-nudge')
      subscriber.redis.on('message', hear)
    }
    subscriber.redis.subscribe(`${CHANNEL}${topic}`).catch(() => {})
  }

  return {
    head: (topic, ...more) => [`${CHANNEL}${topic}`, JSON.stringify([self, ...more])],
    tell: listeners.tell,
    async nudge(topic, detail = '') {
      listeners.tell(topic, detail)
      // A hint is not worth waiting for a server that is away.
      if (link.calls.status !== 'ready') return
      const message = JSON.stringify([self, detail])
      await link.calls.publish(`${CHANNEL}${topic}`, message).catch(() => {})
    },
    onNudge(topic, listener) {
      subscribe(topic)
      return listeners.add(topic, listener)
    },
    close: async () => await subscriber?.close(),
  }
}

/** Head and value of a message; JSON in one line holds no end of it. */
function cut(message: string): readonly [string, string | undefined] {
  const end = message.indexOf('\n')
  return end < 0 ? [message, undefined] : [message.slice(0, end), message.slice(end + 1)]
}

/** Nothing when it is none of ours. */
function readHead(text: string): z.infer<typeof Head> | undefined {
  try {
    return Head.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
