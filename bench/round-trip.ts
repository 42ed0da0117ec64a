import type { Shape } from '../test/helpers/system.ts'
import { inTime } from './in-time.ts'
import { EVERY_SECOND, privateTalk, shapes, startProduct, type Talk } from './product.ts'
import type { Row } from './rows.ts'
import { median, quantile } from './stats.ts'

const ROUNDS = 4
/**
 * Our own pacing lets through one call a second for each app and kind, after a burst of three. So many apps that each comes again after more
 * than a second, however quick the answers are: with 50 the burst was used up after six rounds, and from then on the wait was measured.
 */
const APPS = Array.from({ length: 150 }, (_, i) => `app-${i}`)

/** From an interaction to the edit that shows its answer, on a Fly that answers at once, for every shape of the product. */
export async function roundTrip(): Promise<Row[]> {
  const found: Row[][] = []
  for (const shape of shapes)
    found.push(await measured({ ...shape, redisOptions: EVERY_SECOND }, GOAL))
  // The disk answers before the server does: so many times more as there are writes one after another.
  const safest = shapes.findLast(({ engine }) => engine === 'redis')
  if (safest) found.push(await measured({ ...safest, name: `${safest.name}, appendfsync always` }))
  return found.flat()
}

const GOAL: Row['goal'] = { is: 'below', figure: 15 }

async function measured(shape: Shape, goal?: Row['goal']): Promise<Row[]> {
  const system = await startProduct(shape, APPS)
  try {
    const talk = privateTalk(system.discord, system.crowd)
    const lines = { 'openclaw status': '/openclaw status', 'ops ping': '/ops ping' }
    const rows: Row[] = []
    for (const [name, line] of Object.entries(lines)) {
      const rounds: number[][] = []
      await round(talk, line)
      for (let i = 0; i < ROUNDS; i++) rounds.push(await round(talk, line))
      rows.push(...rowsOf(`${name}, ${shape.name}`, rounds, goal))
    }
    return rows
  } finally {
    await system.stop()
  }
}

function rowsOf(name: string, rounds: readonly number[][], goal: Row['goal']): Row[] {
  const half = median(rounds.map((took) => quantile(took, 0.5)))
  return [
    { name: `${name}, p50`, figure: half, unit: 'ms', ...(goal && { goal }) },
    { name: `${name}, p99`, figure: quantile(rounds.flat(), 0.99), unit: 'ms' },
  ]
}

async function round(talk: Talk, line: string): Promise<number[]> {
  const took: number[] = []
  for (const app of APPS) {
    const { exchange, send } = talk(line, line.startsWith('/openclaw') ? { app } : {})
    const from = performance.now()
    send()
    await inTime(exchange.shown.promise, 'answer')
    took.push(performance.now() - from)
  }
  return took
}
