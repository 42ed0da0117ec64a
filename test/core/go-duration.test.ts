import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { durationMs, goDuration } from '../../src/core/go-duration.ts'

const FORMS: ReadonlyArray<readonly [unknown, number | undefined]> = [
  ['1m0s', 60_000],
  ['60s', 60_000],
  ['2m0s', 120_000],
  ['1h2m3.5s', 3_723_500],
  ['100ms', 100],
  ['1µs', 0.001],
  ['.5s', 500],
  ['-15s', -15_000],
  ['0', 0],
  [5_000_000_000, 5000],
  [0, 0],
  ['', undefined],
  ['15', undefined],
  ['1m 0s', undefined],
  ['s', undefined],
  [null, undefined],
  [Infinity, undefined],
]
for (const [value, ms] of FORMS) {
  test(`${JSON.stringify(value)} is ${ms} ms`, () => assert.equal(durationMs(value), ms))
}
test('what is written as a Go duration is read back', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000_000 }), (ms) => {
      assert.equal(Math.round(durationMs(goDuration(ms)) ?? -1), ms)
    }),
  )
  assert.deepEqual([0, 15_000, 60_000, 90_500, 3_600_000].map(goDuration), [
    '0s',
    '15s',
    '1m0s',
    '1m30.5s',
    '1h0m0s',
  ])
})
test('no text makes it throw', () => {
  fc.assert(fc.property(fc.anything(), (value) => void durationMs(value)))
})
