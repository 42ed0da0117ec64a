import assert from 'node:assert/strict'
import { test } from 'node:test'
import cost from '../../../commands/openclaw/cost.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Fly } from '../../../src/core/fly.ts'
import * as made from '../../helpers/deployments.ts'
import { runWork, scriptedFly } from '../../helpers/run-command.ts'

const CALLS = {
  machines: async () => [made.machine()],
  volumes: async () => [made.volume({ sizeGb: 10 })],
  addresses: async () => [made.address({ type: 'v4' })],
}
const ran = (calls: Partial<Pick<Fly, 'machines' | 'volumes' | 'addresses'>> = {}) =>
  runWork(cost, {}, { fly: scriptedFly({ ...CALLS, ...calls }) })

test('cost: each item has its line, and the total is their sum', async (t) => {
  const { result, en, zh } = await ran()
  const { usd, lines, pricesOf } = result as {
    usd: number
    lines: Array<{ id: string; usd: number }>
    pricesOf: string
  }
  assert.deepEqual(
    lines.map(({ id }) => id),
    ['d8912345c67890', 'vol_1', '66.241.124.10'],
  )
  assert.deepEqual([lines[1]?.usd, lines[2]?.usd, pricesOf], [1.5, 2, '2026-10-01'])
  assert.equal(
    usd,
    lines.reduce((sum, line) => sum + line.usd, 0),
  )
  for (const said of [en, zh])
    t.assert.snapshot(renderConsole(said), { serializers: [(value) => String(value)] })
})

for (const part of ['machines', 'volumes', 'addresses'] as const)
  test(`cost: ${part} that could not be read fail it, they do not count as free`, async () => {
    await assert.rejects(ran({ [part]: () => Promise.reject(made.failed()) }), { code: 'server' })
  })

test('cost: what the figure leaves out is said', async () => {
  const odd = [made.machine({ state: 'stopped' }), made.machine({ region: 'zzz', guest: null })]
  const { en } = await ran({ machines: async () => odd })
  const words = JSON.stringify(en.blocks)
  for (const part of ['No price is known for region zzz', 'does not run', 'unknown size'])
    assert.ok(words.includes(part), part)
})
