import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert } from '../../src/core/oncall/alert.ts'
import type { Store } from '../../src/core/ports.ts'
import { createTestClock, type TestClock } from '../helpers/clock.ts'
import * as made from '../helpers/deployments.ts'
import { away, createMemoryStore } from '../helpers/memory-store.ts'
import { createLife, type Life, mortalStore } from '../helpers/mutation/life.ts'
import { scriptedFly } from '../helpers/run-command.ts'
import { watchOne } from './one-watch.ts'

type Machine = ReturnType<typeof made.machine>

/** What was told so far, as an intake keeps it; each word once. */
const TOLD = 'told'
const toldOf = async (store: Store): Promise<readonly string[]> =>
  ((await store.get(TOLD, 'all')) as readonly string[] | undefined) ?? []

interface Process {
  readonly store: Store
  readonly clock: TestClock
  /** As it is after so many looks. */
  readonly machine: (looked: number) => Machine
  /** It ends by itself after so many looks. */
  readonly looks: number
  readonly life?: Life
  readonly refuses?: () => boolean
  /** Called before any rule is asked. */
  readonly mend?: () => void
}

/** One process that watches the app; gives for what troubles rules were asked to act. */
async function watched({ store, clock, machine, looks, life, refuses, mend }: Process) {
  const stop = new AbortController()
  const mended: string[] = []
  let looked = 0
  const watching = watchOne(
    {
      fly: scriptedFly({ machines: async () => [machine(looked)] }),
      store,
      clock,
      intake: {
        async take(alerts: readonly Alert[]) {
          if (refuses?.() === true) throw away()
          const more = alerts.map(({ key, status, at }) => `${key} ${status} ${at}`)
          await store.update(TOLD, 'all', (now) => [
            ...new Set([...((now as string[] | undefined) ?? []), ...more]),
          ])
        },
      },
      remedy: async ({ alerts }) => {
        mend?.()
        mended.push(...alerts.map(({ rule, status }) => `${rule} ${status}`))
      },
      onLook: () => {
        looked += 1
        if (looked >= looks) stop.abort()
      },
    },
    stop.signal,
  )
  const ended = watching.then(() => true)
  const gone = life?.died.then(() => true) ?? new Promise<never>(() => {})
  let over = false
  void Promise.race([ended, gone]).then(() => (over = true))
  while (!over) await clock.advance(5000)
  return mended
}

const GAVE_UP = 'my-openclaw/exit.gave_up'
const words = (told: readonly string[], status: string) =>
  told.filter((one) => one.startsWith(GAVE_UP) && one.includes(` ${status} `))

/** A machine that has failed for good, until somebody starts it. */
function failing(clock: TestClock) {
  const ended = made.event('exit', clock.now() - 120_000, { code: 1, restarting: false })
  const down = made.machine({ state: 'stopped', events: [ended] })
  const up = () => made.machine({ events: [made.event('start', clock.now() - 1000), ended] })
  return { down: () => down, up }
}

const GONE: ReadonlyArray<readonly [when: string, refused: boolean, restMs: number]> = [
  ['at the next look', false, 0],
  ['at the next look, with all refused before', true, 0],
  ['and nobody has looked for long', false, 3_600_000],
]
for (const [when, refused, restMs] of GONE)
  test(`killed anywhere in two looks, what was told is told to be over when it is, though the trouble is gone ${when}`, async () => {
    let points = Infinity
    let told = 0
    for (let killAt = 0; killAt < points; killAt += 1) {
      const clock = createTestClock()
      const store = createMemoryStore(clock)
      const { down, up } = failing(clock)
      const life = createLife(killAt)
      const machine = (looked: number) => (looked < 1 ? down() : up())
      const mortal = { store: mortalStore(store, life), refuses: () => refused, life }
      await watched({ ...mortal, clock, machine, looks: 2 })
      if (!life.isDead()) points = killAt
      await clock.advance(restMs)
      await watched({ store, clock, machine: up, looks: 2 })
      const all = await toldOf(store)
      const at = life.points[killAt] ?? 'the end'
      assert.equal(words(all, 'firing').length, words(all, 'resolved').length, at)
      assert.ok(words(all, 'firing').length <= 1, at)
      told += words(all, 'firing').length
    }
    assert.ok(points > 4 && told > 2, `${points} points, ${told} told`)
  })

test('killed anywhere in a look, a trouble that lasts is told of, as one, and rules are asked', async () => {
  let points = Infinity
  for (let killAt = 0; killAt < points; killAt += 1) {
    const clock = createTestClock()
    const store = createMemoryStore(clock)
    const { down } = failing(clock)
    const life = createLife(killAt)
    const first = await watched({
      store: mortalStore(store, life),
      clock,
      machine: down,
      looks: 1,
      life,
    })
    if (!life.isDead()) points = killAt
    const second = await watched({ store, clock, machine: down, looks: 2 })
    const at = life.points[killAt] ?? 'the end'
    assert.ok(words(await toldOf(store), 'firing').length >= 1, at)
    assert.ok([...first, ...second].includes('exit.gave_up firing'), at)
  }
})

/** What was told, without its times. */
const wordsIn = async (store: Store) =>
  (await toldOf(store)).map((one) => one.split(' ').slice(0, 2).join(' '))
const BOTH = ['firing', 'resolved'].map((status) => `${GAVE_UP}/d8912345c67890 ${status}`)

test('a look that fails after it has told of a trouble leaves its end to be told', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const { down, up } = failing(clock)
  let times = 0
  await watched({
    store,
    clock,
    machine: (looked) => [made.machine(), down()][looked] ?? up(),
    looks: 4,
    mend: () => {
      if (times++ < 1) throw away()
    },
  })
  assert.ok(times > 0)
  assert.deepEqual(await wordsIn(store), BOTH)
})

test('what could not be written down is told at the next look, also that it began when it is over by then', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const { down, up } = failing(clock)
  let times = 0
  await watched({
    store,
    clock,
    machine: () => (times < 1 ? down() : up()),
    looks: 4,
    refuses: () => times++ < 1,
  })
  assert.deepEqual(await wordsIn(store), BOTH)
})
