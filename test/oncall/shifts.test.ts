import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withRotation } from '../../src/core/oncall/schedule-change.ts'
import { changeSchedule } from '../../src/core/oncall/schedule-store.ts'
import { createOutbox, OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import type { Settings } from '../../src/core/settings.ts'
import { createShifts } from '../../src/oncall/shifts.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createTestClock, settle, START } from '../helpers/clock.ts'
import { createMemoryQueue } from '../helpers/memory-queue.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog } from '../helpers/test-log.ts'

const DAY_MS = 86_400_000
const ROOMS = [
  { platform: 'discord', space: '9', room: '910' },
  { platform: 'telegram', space: '-5', room: null },
] as const

/** The second room has another language. */
const settings: Settings = {
  of: ({ platform }) => (platform === 'telegram' ? { locale: 'zh-TW' } : {}),
  ofApp: () => ({}),
}

function setup() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const queue = createMemoryQueue()
  const outbox = createOutbox({ store, sealer: createSealer(Buffer.alloc(32, 7)), clock })
  const deps = { store, queue, outbox, clock, log: createTestLog([]), locale: 'en' } as const
  const shifts = createShifts({ ...deps, settings, routes: { rooms: async () => ROOMS } })
  const people = [
    { key: 'discord:1', name: 'Ana' },
    { key: 'telegram:2', name: 'Ben' },
  ]
  const set = (until: number | null = null) =>
    changeSchedule(store, (before) => {
      const common = { people, days: 1, anchor: '2026-11-22T09:00', zone: 'UTC', until }
      return withRotation(before, { ...common, since: clock.now() }, clock.now())
    })
  const said = async () =>
    (await store.list(OUTBOX)).map(({ value }) => value as OutboxRecord).map(({ reply }) => reply)
  return { clock, store, queue, shifts, set, said }
}
/** 09:00 the day after the clock's beginning. */
const FIRST = START - 3 * 3_600_000 + DAY_MS

test('shifts: the next handover waits in the timer lane, once; at its time the rooms are told and the next one waits', async () => {
  const { clock, queue, shifts, set, said } = setup()
  shifts.start()
  await settle()
  assert.deepEqual(queue.waiting(), [])
  await set()
  await set()
  await settle()
  assert.deepEqual(queue.waiting(), [
    { id: `S-${FIRST}`, lane: 'timer', delayMs: FIRST - clock.now() },
  ])
  await clock.advance(FIRST - clock.now())
  const turn = queue.take()
  assert.ok(turn)
  await shifts.turn(turn)
  await shifts.turn(turn)
  const replies = await said()
  assert.deepEqual(
    replies.map(({ title }) => title),
    ['Ben is on call', '現在由 Ben 值班'],
  )
  assert.deepEqual(replies[0]?.mention, [{ platform: 'telegram', id: '2', name: 'Ben' }])
  assert.deepEqual(replies[0]?.blocks.at(-1), {
    type: 'fields',
    fields: [['Until', 'Tue 2026-11-24 09:00 UTC (in 1 d)']],
  })
  assert.equal(queue.waiting()[0]?.id, `S-${FIRST + DAY_MS}`)
  shifts.stop()
})

test('shifts: a timer of a schedule that was changed says nothing, nor does one that comes an hour late', async () => {
  const { clock, queue, shifts, set, said } = setup()
  await set()
  await shifts.turn({ id: `S-${FIRST + 1}` })
  assert.deepEqual(await said(), [])
  await clock.advance(FIRST - clock.now() + 3_600_001)
  await shifts.turn({ id: `S-${FIRST}` })
  assert.deepEqual(await said(), [])
  assert.ok(queue.waiting().length > 0, 'the next one waits all the same')
})

test('shifts: the end of a rotation is said, too: nobody is on call', async () => {
  const { clock, shifts, set, said } = setup()
  const until = START + 3_600_000
  await set(until)
  await clock.advance(3_600_000)
  await shifts.turn({ id: `S-${until}` })
  const [first] = await said()
  assert.equal(first?.title, 'Nobody is on call from now on')
  assert.equal(first.tone, 'warn')
  assert.equal(first.mention, undefined)
})
