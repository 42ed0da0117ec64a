import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRing } from '../../../src/fly/tail/ring.ts'
import { START } from '../../helpers/clock.ts'
import { lineAt } from './source.ts'

test('what the ring can not keep is counted', () => {
  const ring = createRing({ lines: 100, bytes: 100_000 })
  for (let n = 0; n < 1000; n++) ring.push(lineAt(START + n, n, `line ${n}`))
  const { lines, dropped } = ring.after(0)
  assert.equal(lines.length + dropped, 1000)
  assert.equal(lines.at(-1)?.message, 'line 999')
  assert.ok(lines.length >= 100 && lines.length <= 130, `${lines.length}`)
  const small = createRing({ lines: 1000, bytes: 4000 })
  for (let n = 0; n < 100; n++) small.push(lineAt(START + n, n, 'x'.repeat(50)))
  const read = small.after(90)
  assert.deepEqual([read.lines.length, read.dropped], [10, 0])
  assert.ok(small.after(0).dropped >= 75)
})

test('what is read stays as it is while more comes in, in every sign there is', () => {
  const ring = createRing({ lines: 48, bytes: 48_000 })
  const odd = ['\n\u0000\t', '\ud800', '日誌 🐉', '"\\', '', 'y'.repeat(5000)]
  const put = odd.map((message, n) => ({ ...lineAt(START + n, n, message), machine: null }))
  for (const line of put) ring.push(line)
  const { lines } = ring.after(0)
  for (let n = 0; n < 200; n++) ring.push(lineAt(START + n, n, `later ${n}`))
  assert.deepEqual([...lines], put)
  assert.deepEqual(lines.slice(-2), put.slice(-2))
  assert.deepEqual([lines.at(1), lines.at(6), lines.at(-7)], [put[1], undefined, undefined])
  assert.equal(ring.newest()?.message, 'later 199')
  const { lines: rest } = ring.after(195)
  assert.equal(
    Array.from(rest, ({ message }) => message).join(),
    'later 189,later 190,later 191,later 192,later 193,later 194,later 195,later 196,later 197,later 198,later 199',
  )
})
