import assert from 'node:assert/strict'
import { test } from 'node:test'
import ping from '../../../commands/ops/ping.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { runChat } from '../../helpers/run-command.ts'

async function pinged(health: { ok: boolean; detail: string }, tookMs = 7, sinceMs = 120) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const slow = {
    ...store,
    health: async () => {
      await clock.advance(tookMs)
      return health
    },
  }
  return runChat(ping, {}, { clock, store: slow, askedAt: clock.now() - sinceMs })
}

test('ping: it says how long a word and the store took', async () => {
  const { result, en, zh } = await pinged({ ok: true, detail: 'Fine.' })
  assert.deepEqual(result, {
    store: { ok: true, detail: 'Fine.' },
    storeMs: 7,
    sinceAskedMs: 120,
  })
  assert.deepEqual([en.tone, en.title, zh.title], ['ok', 'Pong', 'Pong，我在'])
  assert.deepEqual(en.blocks, [
    {
      type: 'fields',
      fields: [
        ['From you to me', '120 ms'],
        ['Store', '7 ms'],
      ],
    },
  ])
})

test('ping: a store that is not well is an error with its own words', async () => {
  const { en } = await pinged({ ok: false, detail: 'Redis cannot be reached.' })
  assert.equal(en.tone, 'error')
  assert.match(JSON.stringify(en.blocks), /Redis cannot be reached\./)
})

test('ping: a clock of the platform that runs ahead gives no time before now', async () => {
  const { result } = await pinged({ ok: true, detail: 'Fine.' }, 0, -5000)
  assert.equal((result as { sinceAskedMs: number }).sinceAskedMs, 0)
})
