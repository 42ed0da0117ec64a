import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address, Platform } from '../../src/core/invocation.ts'
import { createOutbox, OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import { ChatError, type Health, type Schedule } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { createHeartbeat } from '../../src/oncall/heartbeat.ts'
import { createProof } from '../../src/oncall/proof.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createTestClock, settle } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog, type Logged } from '../helpers/test-log.ts'

const MINUTE = 60_000
const OWNERS = ['discord:400', 'telegram:401']

function setup({ owners = OWNERS }: { owners?: readonly string[] } = {}) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = createSealer(Buffer.alloc(32, 9))
  const outbox = createOutbox({ store, sealer, clock })
  const logged: Logged[] = []
  const sent: Array<{ platform: Platform; address: Address; words: string; at: number }> = []
  const fault = new Map<Platform, Error>()
  const health = new Map<Platform, Health>()
  const tried = (platform: Platform) => ({
    health: () => health.get(platform) ?? { ok: true, detail: 'Connected.' },
    chat: {
      platform,
      prove: async (address: Address, words: string) => {
        sent.push({ platform, address, words, at: clock.now() })
        const error = fault.get(platform)
        if (error) throw error
      },
    },
  })
  const bot = (owner = 'one') =>
    createProof({
      store,
      outbox,
      clock,
      log: createTestLog(logged),
      chats: [tried('discord'), tried('telegram')],
      owners,
      routes: { rooms: async () => [{ platform: 'discord', space: '7', room: '910' }] },
      locale: 'en',
      owner,
    })
  const told = async () =>
    (await store.list(OUTBOX)).map(({ value }) => {
      const { address, reply } = value as OutboxRecord
      return `${address.platform}:${address.user} ${reply.title}`
    })
  const pass = async (minutes: number) => {
    for (let n = 0; n < minutes; n++) await clock.advance(MINUTE)
    await settle()
  }
  return { clock, store, logged, sent, fault, health, bot, told, pass }
}

test('proof: each platform takes one silent message to its owner a quarter of an hour, none at a start', async () => {
  const one = setup()
  const bot = one.bot()
  bot.start()
  await one.pass(4)
  assert.equal(one.sent.length, 0)
  await one.pass(1 + 15)
  const to = one.sent.map(({ address }) => `${address.platform}:${address.user}`)
  assert.deepEqual(to.toSorted(), [...OWNERS, ...OWNERS].toSorted())
  assert.equal(new Set(one.sent.map(({ words }) => words)).size, 2, 'never the same words')
  assert.deepEqual(await one.told(), [])
  const { ok, detail } = await bot.health()
  assert.ok(ok)
  assert.match(detail, /Discord: a message was sent and read back at .*Telegram: a message/)
  bot.stop()
})

test('proof: what is refused is told on the other platform, once, and again when it works', async () => {
  const one = setup()
  const bot = one.bot()
  bot.start()
  one.fault.set('telegram', new ChatError('forbidden', 'Telegram answered 403: blocked'))
  await one.pass(40)
  assert.deepEqual(await one.told(), ['discord:400 Telegram does not take my messages'])
  const { ok, detail } = await bot.health()
  assert.equal(ok, false)
  assert.match(detail, /^Telegram takes no messages since .*: Telegram answered 403: blocked\.$/)
  assert.ok(one.sent.filter(({ platform }) => platform === 'telegram').length <= 8, 'not a hammer')
  one.fault.clear()
  await one.pass(5)
  assert.deepEqual((await one.told()).slice(1), ['discord:400 Telegram takes my messages again'])
  assert.equal((await bot.health()).ok, true)
  bot.stop()
})

test('proof: what passes by itself within two minutes is told to nobody', async () => {
  const one = setup()
  const bot = one.bot()
  bot.start()
  await one.pass(4)
  one.fault.set('discord', new ChatError('network', 'reset'))
  await one.pass(2)
  one.fault.clear()
  one.health.set('telegram', { ok: false, detail: 'Reconnecting.' })
  await one.pass(2)
  one.health.clear()
  await one.pass(20)
  assert.deepEqual(await one.told(), [])
  bot.stop()
})

test('proof: a chat that stays disconnected is told of without anything being sent', async () => {
  const one = setup()
  const bot = one.bot()
  bot.start()
  one.health.set('discord', { ok: false, detail: 'Discord: not connected.' })
  await one.pass(4)
  assert.deepEqual(await one.told(), ['telegram:401 Discord does not take my messages'])
  assert.deepEqual(one.sent, [])
  bot.stop()
})

test('proof: where no owner is on a platform, a routed room is tried', async () => {
  const one = setup({ owners: ['telegram:401'] })
  const bot = one.bot()
  bot.start()
  await one.pass(6)
  const [discord] = one.sent.filter(({ platform }) => platform === 'discord')
  assert.equal(discord?.address.chat, '910')
  bot.stop()
})

test('proof: of two bots one looks, and the other when that is gone; a restart goes on as it was', async () => {
  const one = setup()
  const first = one.bot('one')
  const second = one.bot('two')
  first.start()
  second.start()
  one.fault.set('telegram', new ChatError('forbidden', 'no'))
  await one.pass(21)
  assert.equal(one.sent.filter(({ platform }) => platform === 'discord').length, 2)
  first.stop()
  await one.pass(21)
  assert.equal(one.sent.filter(({ platform }) => platform === 'discord').length, 3)
  second.stop()
  const third = one.bot('three')
  await one.pass(4)
  assert.equal((await third.health()).ok, false, 'nobody looks')
  third.start()
  await one.pass(10)
  assert.equal((await one.told()).length, 1, 'what was told stays told')
  third.stop()
})

test('heartbeat: the outside hears of it while words get through, and only then', async () => {
  const one = setup()
  const calls: string[] = []
  const schedules: Schedule[] = []
  const beat = createHeartbeat({
    store: one.store,
    clock: one.clock,
    log: createTestLog(one.logged),
    queue: { schedule: async (schedule) => void schedules.push(schedule) },
    url: new Secret('https://monitor.example/ping'),
    ping: async (url) => void calls.push(url.reveal()),
  })
  const turn = () => beat.turn({ signal: new AbortController().signal })
  await beat.start()
  assert.deepEqual(schedules, [{ key: 'B', everyMs: MINUTE }])
  await turn()
  assert.deepEqual(calls, [], 'no bot has ever looked')
  const bot = one.bot()
  bot.start()
  await one.pass(10)
  await turn()
  assert.deepEqual(calls, ['https://monitor.example/ping'])
  one.fault.set('discord', new ChatError('forbidden', 'no'))
  await one.pass(15)
  await turn()
  assert.equal(calls.length, 1, 'held back')
  one.fault.clear()
  await one.pass(5)
  await turn()
  assert.equal(calls.length, 2)
  bot.stop()
  await one.pass(4)
  await turn()
  assert.equal(calls.length, 2, 'no bot looks any more')
})
