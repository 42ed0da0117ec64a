/** Callers that come while a read is under way share the next one: what each gets was read after it had asked. No two reads overlap. */
export function createSharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  let next: Promise<T> | undefined
  const begin = (): Promise<T> =>
    read().finally(() => {
      // The next one counts as under way before it begins: who comes in between would start another beside it.
      running = next
      next = undefined
    })
  return () => {
    if (running === undefined) return (running = begin())
    next ??= running.then(begin, begin)
    return next
  }
}
