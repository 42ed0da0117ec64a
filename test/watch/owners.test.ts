import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../src/core/ports.ts'
import { createTestClock, settle } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { APPS, assertOnce, assertShared, untilShared, watcher } from '../helpers/watchers.ts'

test('the apps of one that is killed are taken when its lease has run out, within one round', async (t) => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  let isAway = false
  const mortal = {
    ...store,
    put: (...all: Parameters<Store['put']>) => (isAway ? never() : store.put(...all)),
  }
  const one = watcher('one', { store: mortal, clock })
  const two = watcher('two', { store, clock })
  t.after(() => two.stop())
  await untilShared([one, two])
  isAway = true
  const theirs = one.watched()
  await clock.advance(29_000)
  assert.ok(
    two.watched().every((app) => !theirs.includes(app)),
    'it may live still',
  )
  await clock.advance(17_000)
  assert.deepEqual(one.watched(), [], 'who could not say that it lives holds nothing')
  await clock.advance(30_000)
  assertShared([two])
})
const never = (): Promise<never> => new Promise<never>(() => {})

/** The store, where writes of one kind into a bucket wait until they are let through. */
function gated(store: Store, method: 'put' | 'update', bucket: string) {
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  const pass = async (into: string) => {
    if (into === bucket) await gate.promise
  }
  const mine: Store = {
    ...store,
    ...(method === 'put'
      ? { put: async (...all) => (await pass(all[0]), store.put(...all)) }
      : { update: async (...all) => (await pass(all[0]), store.update(...all)) }),
  }
  return {
    mine,
    close: () => void (gate = Promise.withResolvers()),
    open: () => gate.resolve(),
  }
}

test('who said too late that it lives holds nothing of what it had', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const gate = gated(store, 'put', 'watch-owner')
  const one = watcher('one', { store: gate.mine, clock })
  await one.round()
  gate.close()
  await clock.advance(45_000)
  const two = watcher('two', { store, clock })
  await two.round()
  assertShared([two])
  gate.open()
  await settle()
  assertShared([one, two].slice(1))
  assert.deepEqual(one.watched(), [])
  await untilShared([one, two])
  await Promise.all([one.stop(), two.stop()])
})

test('an app that its owner has taken up again is not taken by who thought it dead', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const mouth = gated(store, 'put', 'watch-owner')
  const one = watcher('one', { store: mouth.mine, clock })
  await one.round()
  mouth.close()
  await clock.advance(46_000)
  const hand = gated(store, 'update', 'watch-lease')
  const two = watcher('two', { store: hand.mine, clock })
  hand.close()
  const taking = two.round()
  await settle()
  mouth.open()
  await settle()
  await one.round()
  const own = one.watched()
  assert.ok(own.length > 0)
  hand.open()
  await taking
  assertOnce([one, two])
  await untilShared([one, two])
  await Promise.all([one.stop(), two.stop()])
})

test('those that watch other apps take no share, and leave nothing without an owner', async (t) => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const more = [...APPS, 'new']
  const old = watcher('old', { store, clock })
  await old.round()
  const one = watcher('one', { store, clock, apps: more })
  await one.round()
  assert.deepEqual(one.watched(), ['new'], 'what the other one has is left to it')
  await old.stop()
  const two = watcher('two', { store, clock, apps: more })
  t.after(() => Promise.all([one, two].map(({ stop }) => stop())))
  for (const { round } of [one, two, one, two]) await round()
  assertShared([one, two], more)
})

test('a lease written by a version without terms is kept while its owner lives, and then taken', async (t) => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  await store.put('watch-owner', 'old', { at: 0 }, { ttlMs: 45_000 })
  await store.put('watch-lease', 'app-0', { owner: 'old' })
  const one = watcher('one', { store, clock })
  t.after(() => one.stop())
  await one.round()
  assert.deepEqual(one.watched(), APPS.slice(1))
  await clock.advance(76_000)
  assertShared([one])
})
