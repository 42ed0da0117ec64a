import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSend } from '../../src/chat/discord/send.ts'
import { createChat } from '../../src/chat/telegram/deliver.ts'
import { createDelivery } from '../../src/core/delivery.ts'
import { createOutbox, type MessageKind } from '../../src/core/outbox.ts'
import { type Chat, ChatError } from '../../src/core/ports.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createBuckets } from '../fakes/discord/buckets.ts'
import { createLimits } from '../fakes/telegram/limits.ts'
import { createTestClock, settle } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog } from '../helpers/test-log.ts'

const SECOND = 1000
const never = () => assert.fail('only its pace is wanted')
type Kit = Parameters<typeof createChat>[0]
const TELEGRAM = createChat({
  inPrivate: { hand: never, send: never, redeem: never },
} as Partial<Kit> as Kit)
const DISCORD = createSend({
  asBot: never,
  byToken: never,
  sealer: createSealer(Buffer.alloc(32, 9)),
  clock: { now: never },
})

/** A platform as its adapter describes it, one chat of which is judged by what the fake server takes, and one who puts words. */
function setUp(platform = TELEGRAM) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = createSealer(Buffer.alloc(32, 9))
  const outbox = createOutbox({ store, sealer, clock })
  const judge = platform === TELEGRAM ? telegramGroup(clock.now) : discordChannel(clock)
  const sent: Array<{ readonly key: string; readonly at: number; readonly putAt: number }> = []
  const refused: number[] = []
  const chat: Chat = {
    ...platform,
    async deliver({ chat: to }, { title }, ref) {
      const [key = '', putAt = ''] = title.split(' ')
      if (to === 'group' && !judge(ref === undefined ? 'post' : 'patch')) {
        refused.push(clock.now())
        throw new ChatError('rate_limited', 'slow down', { retryAfterMs: 5 * SECOND })
      }
      sent.push({ key, at: clock.now(), putAt: Number(putAt) })
      return ref ?? { chat: to, message: key, private: false }
    },
  }
  const delivery = createDelivery({
    store,
    chats: new Map([[chat.platform, chat]]),
    sealer,
    clock,
    log: createTestLog(),
    metrics: { chatSend: () => {} },
    owner: 'one',
  })
  const put = async (
    key: string,
    more: { final?: boolean; kind?: MessageKind; to?: string } = {},
  ) => {
    const { final = false, kind, to = 'group' } = more
    await outbox.put({
      key,
      address: { platform: chat.platform, chat: to, user: 'u1', private: false },
      reply: { tone: 'pending', locale: 'en', title: `${key} ${clock.now()}`, blocks: [] },
      final,
      ...(kind && { kind }),
    })
    await settle()
  }
  /** So many live messages with new words every second. */
  const live = async (names: readonly string[], seconds: number) => {
    for (let n = 0; n < seconds; n++) {
      for (const name of names) await put(name)
      await clock.advance(SECOND)
    }
  }
  const countOf = (name: string, since = 0) =>
    sent.filter(({ key, at }) => key === name && at >= since).length
  return { clock, delivery, sent, refused, put, live, countOf }
}

function telegramGroup(now: () => number): () => boolean {
  const judge = createLimits({ perGroupMinute: 20, privateBurst: 30 }, now)
  const group = { type: 'supergroup' } as Parameters<typeof judge>[0]
  return () => {
    try {
      judge(group)
      return true
    } catch {
      return false
    }
  }
}

function discordChannel(clock: Parameters<typeof createBuckets>[0]): (kind: string) => boolean {
  const judge = createBuckets(clock)
  return (kind) => judge(`${kind} channel`).allowed
}

test('pace: live messages of a group share what it bears: the more there are, the slower each is edited, and none is refused', async () => {
  const { clock, delivery, live, countOf, refused } = setUp()
  await delivery.start()
  const shares: number[] = []
  for (const many of [1, 3, 9]) {
    const names = Array.from({ length: many }, (_, n) => `live-${many}-${n}`)
    for (const n of names.keys()) await live(names.slice(0, n + 1), 8)
    await live(names, 30)
    const since = clock.now()
    await live(names, 180)
    const counts = names.map((name) => countOf(name, since))
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `${counts.join()} are no fair shares`)
    shares.push(counts.reduce((sum, count) => sum + count, 0))
  }
  // All that is borne is used, however many share it.
  for (const share of shares) assert.ok(share >= 42 && share <= 48, shares.join())
  assert.deepEqual(refused, [])
  delivery.stop()
})

test('pace: answers, calls of people and last words wait for no live message, and cost those their turns', async () => {
  const { clock, delivery, put, live, sent, refused } = setUp()
  await delivery.start()
  const names = ['a', 'b', 'c', 'd', 'e']
  await live(names, 90)
  for (let n = 0; n < 12; n++) {
    await put(`answer-${n}`, { final: true, ...(n % 3 === 0 && { kind: 'page' }) })
    await live(names, 10)
  }
  await put('a', { final: true })
  const slow = sent.filter(({ key, at, putAt }) => key.startsWith('answer') && at !== putAt)
  assert.deepEqual(slow, [], 'said when they were put')
  assert.equal(sent.filter(({ key }) => key.startsWith('answer')).length, 12)
  const last = sent.at(-1)
  assert.deepEqual([last?.key, last?.at], ['a', clock.now()])
  assert.deepEqual(refused, [])
  delivery.stop()
})

test('pace: cards share it too, other chats have their own, and the newest words come in the end', async () => {
  const { clock, delivery, put, sent, countOf, refused } = setUp()
  await delivery.start()
  const begun = clock.now()
  for (let n = 0; n < 120; n++) {
    for (const card of ['I-1', 'I-2']) await put(card, { kind: 'card' })
    await put('log')
    await put('elsewhere', { to: 'other' })
    await clock.advance(SECOND)
  }
  const both = countOf('I-1') + countOf('I-2') + countOf('log')
  assert.ok(both <= 34, `${both} in two minutes`)
  assert.ok(countOf('log') >= 8, 'cards leave it a share')
  assert.ok(countOf('elsewhere') >= 30)
  await clock.advance(60 * SECOND)
  for (const name of ['I-1', 'I-2', 'log'])
    assert.equal(sent.findLast(({ key }) => key === name)?.putAt, begun + 119 * SECOND)
  assert.deepEqual(refused, [])
  delivery.stop()
})

test('pace: on Discord, cards that change all the time stay within what their channel takes', async () => {
  const { delivery, live, countOf, refused } = setUp(DISCORD)
  await delivery.start()
  const cards = ['I-1', 'I-2', 'I-3', 'I-4']
  await live(cards, 60)
  assert.deepEqual(refused, [])
  for (const card of cards) assert.ok(countOf(card) >= 11, `${card}: ${countOf(card)}`)
  delivery.stop()
})
