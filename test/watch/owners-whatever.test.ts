import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Clock, Store } from '../../src/core/ports.ts'
import { createTestClock } from '../helpers/clock.ts'
import { away, createMemoryStore } from '../helpers/memory-store.ts'
import { assertOnce, assertShared, watcher } from '../helpers/watchers.ts'
import { runs } from '../helpers/runs.ts'

const never = (): Promise<never> => new Promise<never>(() => {})
type Deed = 'round' | 'stop' | 'kill' | 'cut off' | 'slow' | 'well'
const DEEDS: readonly Deed[] = ['round', 'round', 'stop', 'kill', 'cut off', 'slow', 'well']

/** Twice so long a sign of life comes too late. */
const SLOW_MS = 26_000

/** A store as one process has it: away, slow, or gone with the process. */
function storeOf(store: Store, clock: Clock) {
  const state = { is: 'well' as 'well' | 'cut off' | 'slow' | 'dead' }
  const pass = async <T>(work: () => Promise<T>): Promise<T> => {
    if (state.is === 'slow') await clock.sleep(SLOW_MS)
    if (state.is === 'cut off') throw away()
    if (state.is === 'dead') return never()
    const done = await work()
    if (state.is === 'slow') await clock.sleep(SLOW_MS)
    return (state.is as string) === 'dead' ? never() : done
  }
  const mine: Store = {
    ...store,
    put: (...all) => pass(() => store.put(...all)),
    update: (...all) => pass(() => store.update(...all)),
    list: (...all) => pass(() => store.list(...all)),
    remove: (...all) => pass(() => store.remove(...all)),
    nudge: (...all) => pass(() => store.nudge(...all)),
    onNudge: (topic, listener) =>
      store.onNudge(topic, (detail) => void (state.is === 'well' && listener(detail))),
  }
  return { mine, state }
}

test('no app ever has two owners, and each has one when all is well again, whatever happens to whom', async () => {
  const steps = fc.array(
    fc.record({
      who: fc.nat(2),
      deed: fc.constantFrom(...DEEDS),
      afterMs: fc.constantFrom(0, 1000, 7000, 16_000, 31_000, 46_000),
    }),
    { minLength: 5, maxLength: 25 },
  )
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const clock = createTestClock()
      const store = createMemoryStore(clock)
      let born = 0
      const create = () => {
        const { mine, state } = storeOf(store, clock)
        return { state, ...watcher(`p${born++}`, { store: mine, clock }) }
      }
      const living = [create(), create(), create()]
      const gone: ReturnType<typeof create>[] = []
      for (const { who, deed, afterMs } of all) {
        const one = living[who]
        assert.ok(one)
        if (deed === 'round') void one.round()
        else if (deed === 'stop') void one.stop().catch(() => {})
        else one.state.is = deed === 'kill' ? 'dead' : deed
        if (deed === 'stop' || deed === 'kill') {
          living[who] = create()
          // What a dead process would do does not count; one that stops still runs.
          if (deed === 'stop') gone.push(one)
        }
        for (let left = afterMs; left >= 0; left -= 1000) {
          await clock.advance(Math.min(1000, left))
          assertOnce([...living, ...gone])
        }
      }
      for (const one of living) one.state.is = 'well'
      await clock.advance(180_000)
      assertShared(living)
      await Promise.all(living.map(({ stop }) => stop()))
    }),
    { numRuns: runs(40) },
  )
})
