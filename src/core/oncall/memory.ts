/** Memory of one machine over some time, as it can be drawn. */
export interface MemoryGraph {
  readonly machine: string
  /** Used bytes at moments in ms, oldest first. */
  readonly used: ReadonlyArray<readonly [at: number, bytes: number]>
  /** What the machine has, in bytes. */
  readonly total: number
  /** When the trouble began, in ms. */
  readonly since: number
}

/** Draws a graph as PNG. Rejects when it can't. */
export type Draw = (graph: MemoryGraph) => Promise<Buffer>

type Points = MemoryGraph['used']
const MB = 1024 * 1024
const BARS = '▁▂▃▄▅▆▇█'
const WIDTH = 24

/** What is used, from what there is and what is free: only moments that both know. */
export function usedOf(total: Points, free: Points): Points {
  const frees = new Map(free)
  return total.flatMap(([at, bytes]) => {
    const left = frees.get(at)
    return left === undefined ? [] : [[at, Math.max(0, bytes - left)] as const]
  })
}

export const megabytes = (bytes: number): number => Math.round(bytes / MB)

export const peakOf = ({ used }: Pick<MemoryGraph, 'used'>): number =>
  used.reduce((most, [, bytes]) => Math.max(most, bytes), 0)

/** The same in one line of text: each sign is the most of its part of the time, the highest one all that there is. */
export function sparkline({ used, total }: Pick<MemoryGraph, 'used' | 'total'>): string {
  const width = Math.min(WIDTH, used.length)
  const bars = Array.from({ length: width }, (_, n) => {
    const from = Math.floor((n * used.length) / width)
    const until = Math.floor(((n + 1) * used.length) / width)
    const most = Math.max(...used.slice(from, until).map(([, bytes]) => bytes))
    const height = Math.round((most / total) * (BARS.length - 1))
    return BARS[Math.min(BARS.length - 1, Math.max(0, height))]
  })
  return bars.join('')
}
