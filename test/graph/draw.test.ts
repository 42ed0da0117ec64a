import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type MemoryGraph, peakOf, sparkline, usedOf } from '../../src/core/oncall/memory.ts'
import { createDraw } from '../../src/graph/index.ts'
import { memorySvg } from '../../src/graph/memory-svg.ts'
import { START } from '../helpers/clock.ts'
import { runs } from '../helpers/runs.ts'

const MB = 1024 * 1024
const MINUTE = 60_000
const graph = (usedMb: readonly number[]): MemoryGraph => ({
  machine: '3d8d9a0b',
  used: usedMb.map((mb, n) => [START - (usedMb.length - n) * MINUTE, mb * MB] as const),
  total: 2048 * MB,
  since: START,
})

test('a PNG of a size that every platform takes, drawn outside of this process', async () => {
  const draw = createDraw()
  const [png, again] = await Promise.all([draw(graph([600, 900, 2043])), draw(graph([600]))])
  assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [800, 320])
  assert.ok(png.length < 60_000 && again.length > 1000)
  // Words need a font; without one the picture is much smaller.
  assert.ok(png.length > 8000, `${png.length} bytes`)
})

test('what can’t be drawn is told and holds nothing up', async () => {
  const draw = createDraw()
  const broken = { ...graph([600]), used: 'x' } as unknown as MemoryGraph
  await assert.rejects(draw(broken))
  assert.ok((await draw(graph([600]))).length > 1000)
})

test('the limit, the beginning of the trouble, the hours in UTC; a plate of its own colour', () => {
  const svg = memorySvg(graph([600, 900, 2043]))
  for (const part of ['max 2043 / 2048', '3d8d9a0b', '#20262e', '#ff7a70', '#ffc857', '>12:00<'])
    assert.ok(svg.includes(part), part)
  assert.ok(!memorySvg({ ...graph([1]), machine: '<script>&' }).includes('<script>'))
})

const points = fc.array(fc.integer({ min: 0, max: 5_000_000_000 }), { maxLength: 200 })

test('any series gives numbers that can be drawn, and a line of at most 24 signs', () => {
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 4_000_000_000 }), (bytes, total) => {
      const used = bytes.map((value, n) => [START + n * MINUTE, value] as const)
      assert.doesNotMatch(memorySvg({ machine: 'm', used, total, since: START }), /NaN|Infinity/)
      const spark = sparkline({ used, total })
      assert.match(spark, /^[▁▂▃▄▅▆▇█]{0,24}$/)
      assert.equal(spark.length > 0, used.length > 0)
      assert.ok(peakOf({ used }) >= 0)
    }),
    { numRuns: runs(60) },
  )
})

test('used is what there is less what is free, where both are known', () => {
  const total = [
    [1, 100],
    [2, 100],
    [3, 100],
  ] as const
  const free = [
    [1, 60],
    [3, 120],
    [4, 1],
  ] as const
  assert.deepEqual(usedOf(total, free), [
    [1, 40],
    [3, 0],
  ])
})
