import type { NudgeListener } from '../core/ports.ts'

interface Listeners {
  readonly add: (topic: string, listener: NudgeListener) => () => void
  /** Calls the topic's listeners soon, never within the caller's own stack. */
  readonly tell: (topic: string, ...told: Parameters<NudgeListener>) => void
}

/** Who wants to hear of which topic. The same function added twice hears twice and leaves separately. */
export function createListeners(): Listeners {
  const topics = new Map<string, Set<{ readonly listener: NudgeListener }>>()
  return {
    add(topic, listener) {
      const entry = { listener }
      const entries = topics.get(topic) ?? new Set()
      topics.set(topic, entries.add(entry))
      return () => {
        entries.delete(entry)
        if (entries.size === 0 && topics.get(topic) === entries) topics.delete(topic)
      }
    },
    tell(topic, ...told) {
      for (const entry of topics.get(topic) ?? [])
        queueMicrotask(() => topics.get(topic)?.has(entry) && entry.listener(...told))
    },
  }
}
