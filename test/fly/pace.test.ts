import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Store } from '../../src/core/ports.ts'
import { createMemoryPacer, createSharedPacer, takeTurn } from '../../src/fly/pace.ts'
import type { Budget, Pace } from '../../src/fly/pace.ts'
import { createQuickClock } from './client.ts'

const budget = fc.record({
  perSecond: fc.integer({ min: 1, max: 20 }),
  burst: fc.integer({ min: 1, max: 20 }),
})
const gaps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 60 })

/** The most turns that lie in any stretch of time, minus what the budget allows for it. */
function excess(times: readonly number[], { perSecond, burst }: Budget): number {
  let worst = -Infinity
  for (const [from, start] of times.entries()) {
    for (const [to, end] of times.entries()) {
      if (to < from) continue
      worst = Math.max(worst, to - from + 1 - (burst + ((end - start) * perSecond) / 1000))
    }
  }
  return worst
}

test('no schedule of takers goes over the budget, and nobody waits without need', () => {
  fc.assert(
    fc.property(budget, gaps, (limit, schedule) => {
      let state: Pace | undefined
      let now = 1_790_000_000_000
      const times: number[] = []
      for (const gap of schedule) {
        now += gap
        const turn = takeTurn(state, now, limit)
        state = turn.state
        times.push(now + turn.waitMs)
      }
      assert.ok(excess(times, limit) <= 1e-3)
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      )
      const idle = now + 1000 * (limit.burst / limit.perSecond) + 60_000_000
      assert.equal(takeTurn(state, idle, limit).waitMs, 0)
    }),
  )
})

test('a burst goes at once, the next one waits its interval', async () => {
  const clock = createQuickClock()
  const pacer = createMemoryPacer(clock)
  const waits = []
  for (let turn = 0; turn < 5; turn += 1)
    waits.push(await pacer.take('k', { perSecond: 1, burst: 3 }))
  assert.deepEqual(waits, [0, 0, 0, 1000, 2000])
  assert.equal(await pacer.take('other', { perSecond: 1, burst: 3 }), 0)
})

test('the memory pacer forgets keys only when that changes nothing', async () => {
  const clock = createQuickClock()
  const pacer = createMemoryPacer(clock)
  const limit = { perSecond: 1, burst: 1 }
  await pacer.take('kept', limit)
  for (let key = 0; key < 5000; key += 1) await pacer.take(`k${key}`, limit)
  assert.equal(await pacer.take('kept', limit), 1000)
})

function pacingStore(): { store: Store; ask: number } {
  const values = new Map<string, unknown>()
  const state = { ask: 0 }
  const update: Store['update'] = async (bucket, id, change) => {
    state.ask += 1
    // A store may run the change more than once.
    change(values.get(`${bucket} ${id}`))
    values.set(`${bucket} ${id}`, change(values.get(`${bucket} ${id}`)))
    return values.get(`${bucket} ${id}`)
  }
  const store = new Proxy({}, { get: (_, name) => (name === 'update' ? update : undefined) })
  return Object.assign(state, { store: store as Store })
}

test('two workers on one store share one budget', async () => {
  const clock = createQuickClock()
  const { store } = pacingStore()
  const workers = [createSharedPacer(store, clock), createSharedPacer(store, clock)]
  const limit = { perSecond: 1, burst: 3 }
  const waits: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    for (const worker of workers) waits.push(await worker.take('k', limit))
  }
  assert.deepEqual(waits, [0, 0, 0, 1000, 2000, 3000])
})

test('the shared pacer paces alone while the store does not answer', async () => {
  const clock = createQuickClock()
  const update = () => Promise.reject(new Error('gone'))
  const pacer = createSharedPacer({ update } as unknown as Store, clock)
  const limit = { perSecond: 1, burst: 1 }
  assert.deepEqual([await pacer.take('k', limit), await pacer.take('k', limit)], [0, 1000])
})
