import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert } from '../../src/core/oncall/alert.ts'
import { say } from '../../src/core/text.ts'
import type { Detector } from '../../src/core/watch/detector.ts'
import { listRules, renderRules } from '../../src/core/watch/rules-list.ts'
import { stillToTell } from '../../src/watch/hand-in.ts'
import { createTestClock } from '../helpers/clock.ts'
import { alertOf } from '../helpers/incidents.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog, type Logged } from '../helpers/test-log.ts'
import { watchOne } from './one-watch.ts'

const APP = 'my-openclaw'

/** Always finds one trouble, or as long as `lasts`. */
const detectorOf = (id: string, lasts: () => boolean = () => true): Detector => ({
  id,
  doc: id,
  severity: 'warning',
  threshold: null,
  needs: ['machines'],
  cures: [],
  detect: ({ now }) => {
    const words = { title: id, text: id, evidence: [], fix: null }
    return lasts()
      ? [{ key: 'app', group: id, machine: null, ...words, since: now, from: 'look' }]
      : []
  },
})

/** A look-out whose intake never takes what `refuses` names. */
function scene(refuses: (alert: Alert) => boolean, detectors: readonly Detector[]) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const logged: Logged[] = []
  const told: string[] = []
  const acted: string[] = []
  const seen: boolean[] = []
  const stop = new AbortController()
  const watching = watchOne(
    {
      store,
      clock,
      log: createTestLog(logged),
      intake: {
        async take(alerts) {
          if (alerts.some(refuses)) throw new TypeError('A word that nobody understands.')
          told.push(...alerts.map(({ rule, status }) => `${rule} ${status}`))
        },
      },
      detectors,
      remedy: async ({ alerts }) => void acted.push(...alerts.map(({ rule }) => rule)),
      onLook: (_, look) => void seen.push(look.seen),
    },
    stop.signal,
  )
  return {
    clock,
    store,
    logged,
    told,
    acted,
    seen,
    looks: async (count: number) => {
      const goal = seen.length + count
      while (seen.length < goal) await clock.advance(5000)
    },
    end: async () => {
      stop.abort()
      await watching
    },
  }
}

const words = async ({ store, clock }: ReturnType<typeof scene>) => {
  const listed = await listRules({ store, clock, apps: [APP], may: () => true }, {})
  return renderRules(listed)
    .blocks.flatMap((block) => (block.type === 'fields' ? block.fields : []))
    .map(([, value]) => say(value, 'en'))
    .join('\n')
}

test('an alert that is always refused stops neither the looks nor the others, and is said once', async () => {
  let refused = true
  const one = scene(
    ({ rule }) => refused && rule === 'bad',
    [detectorOf('bad'), detectorOf('good')],
  )
  // Fewer than half a minute has: then a record is written anyway.
  await one.looks(3)
  assert.deepEqual(one.seen, [true, true, true])
  assert.deepEqual([one.told, one.acted], [['good firing'], ['good']])
  assert.deepEqual(
    one.logged.map(({ message, data }) => [message, 'keys' in data && data.keys]),
    [['what was found could not be handed in', [`${APP}/bad/app`]]],
  )
  assert.match(await words(one), /could not be written down and are tried again at each look: 1,/)
  refused = false
  await one.looks(1)
  assert.deepEqual(
    [one.told, one.acted],
    [
      ['good firing', 'bad firing'],
      ['good', 'bad'],
    ],
  )
  assert.doesNotMatch(await words(one), /written down/)
  await one.end()
})

test('what was refused until it was over is told with its end', async () => {
  let refused = true
  let lasts = true
  const one = scene(() => refused, [detectorOf('bad', () => lasts)])
  await one.looks(2)
  lasts = false
  await one.looks(2)
  refused = false
  await one.looks(1)
  assert.deepEqual(one.told, ['bad firing', 'bad resolved'])
  await one.end()
})

test('of what can not be told the newest word of each trouble is kept, for a day', () => {
  const now = 100 * 86_400_000
  const many = Array.from({ length: 150 }, (_, n) => alertOf({ key: `k${n}`, at: now }))
  const kept = stillToTell(many, now).map(({ key }) => key)
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [100, 'k50', 'k149'])
  const over = alertOf({ status: 'resolved', at: now })
  const firing = [alertOf({ at: now - 2 }), alertOf({ at: now - 1 })]
  assert.deepEqual(stillToTell([...firing, over], now), [firing[1], over])
  assert.deepEqual(stillToTell(firing, now + 86_400_000), [])
})
