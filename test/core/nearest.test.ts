import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearest } from '../../src/core/nearest.ts'

const WORDS = ['status', 'restart', 'logs', 'ops jobs']
const CASES: ReadonlyArray<readonly [typed: string, word: string | undefined]> = [
  ['status', 'status'],
  ['STATUS', 'status'],
  ['statsu', 'status'],
  ['log', 'logs'],
  ['lgos', undefined],
  ['op jobs', 'ops jobs'],
  ['zebra', undefined],
  ['', undefined],
]
for (const [typed, word] of CASES)
  test(`nearest to “${typed}”: ${word}`, () => assert.equal(nearest(typed, WORDS), word))

test('nearest: one wrong character is always forgiven, and a word is nearest to itself', () => {
  const word = fc.stringMatching(/^[a-z]{3,10}$/)
  fc.assert(
    fc.property(word, fc.nat(), (good, at) => {
      const place = at % good.length
      assert.equal(nearest(good, [good]), good)
      assert.equal(nearest(good.slice(0, place) + good.slice(place + 1), [good]), good)
      assert.equal(nearest(`${good.slice(0, place)}#${good.slice(place + 1)}`, [good]), good)
      assert.equal(nearest(`${good.slice(0, place)}#${good.slice(place)}`, [good]), good)
    }),
  )
})
