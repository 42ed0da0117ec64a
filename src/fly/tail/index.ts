import type { Tails } from '../../core/logs/tail.ts'
import { createTail, type Tail, type TailDeps } from './tail.ts'

/** One tail for each app that somebody reads. */
export function createTails(deps: TailDeps): Tails {
  const tails = new Map<string, Tail>()
  const start = (app: string, from: string): Tail => {
    const tail = createTail(app, from, deps)
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
