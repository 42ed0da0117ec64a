import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRing } from '../../../src/fly/tail/ring.ts'
import { START } from '../../helpers/clock.ts'
import { lineAt } from './source.ts'

test('what the ring can not keep is counted', () => {
  const ring = createRing({ lines: 100, characters: 100_000 })
  for (let n = 0; n < 1000; n++) ring.push(lineAt(START + n, n, `line ${n}`))
  const { lines, dropped } = ring.after(0)
  assert.equal(lines.length + dropped, 1000)
  assert.equal(lines.at(-1)?.message, 'line 999')
  assert.ok(lines.length <= 110)
  const small = createRing({ lines: 1000, characters: 1000 })
  for (let n = 0; n < 100; n++) small.push(lineAt(START + n, n, 'x'.repeat(50)))
  const read = small.after(90)
  assert.deepEqual([read.lines.length, read.dropped], [10, 0])
  assert.ok(small.after(0).dropped >= 75)
})
