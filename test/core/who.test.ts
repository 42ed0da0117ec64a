import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DURATION, PLACE, readDuration, readPlace, readWho, WHO } from '../../src/core/who.ts'
import { HERE } from '../helpers/people.ts'

const reads = (read: () => unknown): boolean => {
  try {
    read()
    return true
  } catch {
    return false
  }
}

const STARTS = [
  '<@',
  '<@!',
  '<@&',
  '<#',
  'discord:',
  'telegram:',
  'role:',
  'here',
  'guild',
  '0',
  '15',
]
const ENDS = [
  '>',
  '/',
  '-',
  '1',
  '42',
  '123456789012345678',
  '123456789012345678901',
  ' ',
  'x',
  '\n',
]
/** Nearly right: parts of what can be read, joined anyhow. */
const near = fc
  .array(fc.constantFrom(...STARTS, ...ENDS), { maxLength: 5 })
  .map((parts) => parts.join(''))

test('what is refused before anything is asked is what could not be read behind it', () => {
  fc.assert(
    fc.property(near, (typed) => {
      assert.equal(
        WHO.test(typed),
        reads(() => readWho(typed)),
        `who=${typed}`,
      )
      assert.equal(
        DURATION.test(typed),
        reads(() => readDuration(typed)),
        `for=${typed}`,
      )
      assert.equal(
        PLACE.test(typed),
        reads(() => readPlace(typed, HERE)),
        `place=${typed}`,
      )
    }),
    { numRuns: 2000 },
  )
})
