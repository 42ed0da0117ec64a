import { SHAPES } from '../test/helpers/system.ts'
import { inTime } from './in-time.ts'
import { privateTalk, startProduct } from './product.ts'
import type { Row } from './rows.ts'

/** The least that the answer can be made from: what status may cost is a goal, the others are what their lists need. */
const AT_MOST = { status: 6, cost: 3, connect: 2 } as const

/** How often Fly is asked for one command. */
export async function flyCalls(): Promise<Row[]> {
  const [embedded] = SHAPES
  if (embedded === undefined) throw new Error('no shape to run')
  const system = await startProduct(embedded, ['my-openclaw'])
  try {
    const talk = privateTalk(system.discord, system.crowd)
    const rows: Row[] = []
    for (const [verb, figure] of Object.entries(AT_MOST)) {
      const before = system.fly.calls.length
      const { exchange, send } = talk(`/openclaw ${verb}`)
      send()
      await inTime(exchange.shown.promise, 'answer')
      const calls = system.fly.calls.length - before
      const goal = { is: 'at most', figure } as const
      rows.push({ name: `Fly calls of ${verb}`, figure: calls, unit: 'calls', goal })
    }
    return rows
  } finally {
    await system.stop()
  }
}
