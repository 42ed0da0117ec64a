type Listener = (detail: string) => void

interface Listeners {
  readonly add: (topic: string, listener: Listener) => () => void
  /** Calls the topic's listeners soon, never within the caller's own stack. */
  readonly tell: (topic: string, detail: string) => void
}

/** Who wants to hear of which topic. The same function added twice hears twice and leaves separately. */
export function createListeners(): Listeners {
  const topics = new Map<string, Set<{ readonly listener: Listener }>>()
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
    tell(topic, detail) {
      for (const entry of topics.get(topic) ?? [])
        queueMicrotask(() => topics.get(topic)?.has(entry) && entry.listener(detail))
    },
  }
}
