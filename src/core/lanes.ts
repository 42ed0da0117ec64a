/** Work of one lane is done one after another, of all lanes as much at a time as is allowed; the most urgent first. */
export interface Lanes {
  /** Does the work when it is its turn; ends as the work ends. */
  readonly run: <T>(turn: Turn, work: () => Promise<T>) => Promise<T>
}

interface Turn {
  readonly lane: string
  /** The lower, the sooner; of the same, the one that came first. */
  readonly rank: number
}

interface Waiting extends Turn {
  readonly go: () => void
}

export function createLanes(most: number): Lanes {
  const busy = new Set<string>()
  const waiting: Waiting[] = []

  const next = (): void => {
    if (busy.size >= most) return
    const free = waiting.filter(({ lane }) => !busy.has(lane))
    const [first, ...others] = free
    if (first === undefined) return
    const best = others.reduce((a, b) => (b.rank < a.rank ? b : a), first)
    waiting.splice(waiting.indexOf(best), 1)
    busy.add(best.lane)
    best.go()
  }
  return {
    async run(turn, work) {
      const mine = Promise.withResolvers<void>()
      waiting.push({ ...turn, go: mine.resolve })
      next()
      await mine.promise
      try {
        return await work()
      } finally {
        busy.delete(turn.lane)
        next()
      }
    },
  }
}
