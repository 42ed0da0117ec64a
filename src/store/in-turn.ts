/** Lets work on the same key wait for each other within this process; different keys go side by side. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Optimistic writes of many local callers would all lose to one winner and try again; one after another none loses. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
