import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSharedRead } from '../../src/access/shared-read.ts'

test('who comes while a read is under way gets the next one, all the same', async () => {
  const reads: Array<PromiseWithResolvers<number>> = []
  const shared = createSharedRead(() => {
    const one = Promise.withResolvers<number>()
    reads.push(one)
    return one.promise
  })
  const first = shared()
  const [second, third] = [shared(), shared()]
  assert.equal(reads.length, 1)
  reads[0]?.resolve(1)
  assert.equal(await first, 1)
  await new Promise(setImmediate)
  assert.equal(reads.length, 2)
  reads[1]?.resolve(2)
  assert.deepEqual(await Promise.all([second, third]), [2, 2])
})

test('a read that fails fails for its own callers alone', async () => {
  const ends = [Promise.reject(new Error('away')), Promise.resolve('here')]
  const shared = createSharedRead(() => ends.shift() ?? Promise.reject(new Error('too many')))
  const [first, second] = [shared(), shared()]
  await assert.rejects(first, /away/)
  assert.equal(await second, 'here')
})

test('two reads never overlap, also when somebody comes between two', async () => {
  let under = 0
  const came: Array<Promise<void>> = []
  const shared = createSharedRead(async () => {
    assert.equal(++under, 1)
    await new Promise(setImmediate)
    under--
    // In each of the very moments that follow, of which some are before the next one begins.
    if (came.length === 0) for (let turns = 0; turns < 8; turns++) came.push(late(turns))
  })
  async function late(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    await shared()
  }
  await Promise.all([shared(), shared()])
  assert.equal((await Promise.all(came)).length, 8)
})
