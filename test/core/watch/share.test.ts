import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shareOf } from '../../../src/core/watch/share.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e']
/** Who has each app: one of the living, or nobody (as who died counts). */
const scenes = fc
  .record({
    apps: fc.integer({ min: 0, max: 40 }),
    living: fc.shuffledSubarray(NAMES, { minLength: 1 }),
    holds: fc.array(fc.option(fc.nat(4)), { minLength: 40, maxLength: 40 }),
  })
  .map(({ apps, living, holds }) => {
    const names = Array.from({ length: apps }, (_, n) => `app-${n}`)
    const pairs = names.flatMap((app, n) => {
      const at = holds[n]
      const holder = typeof at === 'number' ? living[at % living.length] : undefined
      return holder === undefined ? [] : [[app, holder] as const]
    })
    return { apps: names, living, holders: new Map(pairs) }
  })

test('nobody has more than a fair share, and together they take all that is free, each app once', () => {
  fc.assert(
    fc.property(scenes, ({ apps, living, holders }) => {
      const most = Math.ceil(apps.length / living.length)
      const free = apps.filter((app) => !holders.has(app))
      const shares = living.map((me) => ({ me, ...shareOf({ apps, holders, living, me }) }))
      for (const { me, keep, leave, take } of shares) {
        assert.ok(keep.length + take.length <= most)
        assert.deepEqual(
          [...keep, ...leave],
          apps.filter((app) => holders.get(app) === me),
        )
      }
      assert.deepEqual(shares.flatMap(({ take }) => take).toSorted(), free.toSorted())
    }),
  )
})

test('once shared, nothing moves; and it is shared when each had two turns, in whatever order', () => {
  const orders = fc.shuffledSubarray(NAMES, { minLength: 5 })
  fc.assert(
    fc.property(scenes, orders, orders, ({ apps, living, holders }, first, second) => {
      const now = new Map(holders)
      for (const me of [...first, ...second].filter((one) => living.includes(one))) {
        const { leave, take } = shareOf({ apps, holders: now, living, me })
        for (const app of leave) now.delete(app)
        for (const app of take) now.set(app, me)
      }
      assert.equal(now.size, apps.length, 'every app has an owner')
      for (const me of living) {
        const share = shareOf({ apps, holders: now, living, me })
        assert.deepEqual([share.leave, share.take], [[], []])
      }
    }),
  )
})

test('one alone has all of it, and who is not counted counts', () => {
  const apps = ['x', 'y', 'z']
  const alone = shareOf({ apps, holders: new Map(), living: [], me: 'a' })
  assert.deepEqual(alone.take, apps)
  const two = shareOf({ apps, holders: new Map([['x', 'b']]), living: ['b'], me: 'a' })
  assert.deepEqual(two.take, ['y', 'z'], 'those that have least go first, two at most')
})
