import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atMost } from '../../src/core/at-most.ts'
import { createTestClock, settle } from '../helpers/clock.ts'

test('work is waited for until it ends, or its time does; a failure passes on', async () => {
  const clock = createTestClock()
  let over = false
  const waiting = atMost(clock, 3000, () => new Promise(() => {})).then(() => (over = true))
  await clock.advance(2999)
  assert.equal(over, false)
  await clock.advance(1)
  assert.equal(await waiting, true)
  const work = Promise.withResolvers<void>()
  const other = atMost(clock, 3000, () => work.promise)
  work.resolve()
  await other
  await settle()
  await assert.rejects(
    atMost(clock, 3000, () => Promise.reject(new Error('x'))),
    /x/,
  )
})
