import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bootsOf,
  coolDownMs,
  restartWaitMs,
  tooSoon,
} from '../../../src/core/mutation/cool-down.ts'
import { say } from '../../../src/core/text.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { event, failed, machine } from '../../helpers/deployments.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { scriptedFly } from '../../helpers/run-command.ts'

const NOW = 1_800_000_000_000
const S = 1000
const ago = (...seconds: number[]) => seconds.map((s) => NOW - s * S)

const WAITS = [
  { boots: [], wait: 0, why: 'never started' },
  { boots: [600], wait: 0, why: 'long ago' },
  { boots: [121], wait: 0, why: 'one, past the pause' },
  { boots: [120], wait: 0, why: 'exactly the pause' },
  { boots: [119], wait: 1, why: 'one second short' },
  { boots: [0], wait: 120, why: 'just now' },
  { boots: [250, 130], wait: 50, why: 'two in five minutes: the older has to leave the window' },
  { boots: [290, 60], wait: 60, why: 'two: the pause is the longer wait' },
  { boots: [300, 130], wait: 0, why: 'the older one has just left' },
  { boots: [280, 200, 130], wait: 100, why: 'three: only one may remain' },
  { boots: [-5], wait: 0, why: 'a clock that is ahead is not waited for' },
]
for (const { boots, wait, why } of WAITS)
  test(`the pause before a restart: ${why}`, () => {
    assert.equal(coolDownMs(ago(...boots), NOW), wait * S)
  })

const start = (seconds: number) => event('start', NOW - seconds * S)
const BOOTS = [
  {
    why: 'a start written down twice is one',
    events: [start(100), start(98)],
    asked: [],
    boots: [100],
  },
  { why: 'starts apart are two', events: [start(60), start(100)], asked: [], boots: [100, 60] },
  { why: 'an exit is none', events: [event('exit', NOW)], asked: [], boots: [] },
  { why: 'a launch asked for and not seen counts', events: [], asked: [30], boots: [30] },
  { why: 'asked for and seen is one', events: [start(80)], asked: [100], boots: [80] },
  {
    why: 'asked for after the last start counts',
    events: [start(100)],
    asked: [20],
    boots: [100, 20],
  },
]
for (const { why, events, asked, boots } of BOOTS)
  test(`boots: ${why}`, () => {
    const list = ago(...asked).map((at) => ({ at }))
    assert.deepEqual(bootsOf({ events }, list), ago(...boots))
  })

test('the refusal says how long to wait, in both languages', () => {
  const { hint = '' } = tooSoon('148e', 80_000)
  assert.match(say(hint, 'en'), /Wait 1 min 20 s.*force=true/)
  assert.match(say(hint, 'zh-TW'), /1 分 20 秒.*force=true/)
})

test('a boot that newer events have pushed out of what Fly says of the machine counts, too', async () => {
  const clock = createTestClock()
  const now = clock.now()
  const at = (type: string, seconds: number) => event(type, now - seconds * S)
  const carried = [at('start', 130), at('start', 131), at('exit', 140), at('restart', 141)]
  const waits = async (events: Parameters<typeof scriptedFly>[0]['events']) => {
    const fly = scriptedFly({ ...(events && { events }) })
    const context = { app: 'my-openclaw', job: 'J-000000', store: createMemoryStore(clock), clock }
    const { signal } = new AbortController()
    return restartWaitMs({ ...context, fly, signal }, machine({ events: carried }))
  }
  assert.equal(await waits(async () => [...carried, at('start', 200)]), 100 * S)
  assert.equal(await waits(async () => Promise.reject(failed())), 0)
})
