import { cursorAt } from '../../core/fly.ts'
import type { Tails } from '../../core/logs/tail.ts'
import { createTail, type Tail, type TailDeps } from './tail.ts'

/** A tail begins at least so long ago: who joins it stands a little earlier than who began it. */
const EARLY_MS = 30_000

/** One tail for each app that somebody reads. */
export function createTails(deps: TailDeps): Tails {
  const tails = new Map<string, Tail>()
  const start = (app: string, after: string): Tail => {
    const early = cursorAt(deps.clock.now() - EARLY_MS)
    const tail = createTail(app, BigInt(early) < BigInt(after) ? early : after, deps)
    tails.set(app, tail)
    void tail.ended.then(() => tails.get(app) === tail && tails.delete(app))
    return tail
  }
  return {
    read: (app, position) => (tails.get(app) ?? start(app, position.after)).read(position),
    async close() {
      const all = [...tails.values()]
      for (const tail of all) tail.stop()
      await Promise.all(all.map(({ ended }) => ended))
      await deps.stream?.close()
    },
  }
}
