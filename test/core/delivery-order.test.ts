import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDelivery } from '../../src/core/delivery.ts'
import type { Address } from '../../src/core/invocation.ts'
import { createLost } from '../../src/core/lost.ts'
import { createOutbox, type MessageKind, OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import { type Chat, ChatError } from '../../src/core/ports.ts'
import type { SaidReply } from '../../src/core/reply.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createTestClock, settle } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog } from '../helpers/test-log.ts'
import { runs } from '../helpers/runs.ts'

const MINUTE = 60_000

interface Words {
  readonly title: string
  readonly kind?: MessageKind
  readonly chat?: string
  readonly key?: string
  readonly final?: boolean
  readonly tone?: SaidReply['tone']
  readonly mention?: SaidReply['mention']
  readonly more?: Partial<Address>
}

/** An outbox and one platform, whose chats can be shut one by one. */
function setup() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = createSealer(Buffer.alloc(32, 9))
  const outbox = createOutbox({ store, sealer, clock })
  const sent: Array<{ chat: string; title: string; reply: SaidReply }> = []
  /** What each chat throws instead of taking something. */
  const shut = new Map<string, () => Error>()
  const tried: string[] = []
  const world = { gate: Promise.resolve() as Promise<void> }
  const chat: Chat = {
    platform: 'discord',
    editIntervalMs: 2000,
    async deliver(address, reply, ref) {
      tried.push(reply.title)
      await world.gate
      const fault = shut.get(address.chat)
      if (fault) throw fault()
      sent.push({ chat: address.chat, title: reply.title, reply })
      return ref ?? { chat: address.chat, message: `m${sent.length}`, private: false }
    },
    remove: async () => {},
    sendPrivate: () => assert.fail('nothing is private here'),
  }
  const start = async (owner = 'one') => {
    const log = createTestLog([])
    const metrics = { chatSend: () => {} }
    const chats = new Map([[chat.platform, chat]])
    const onLost = createLost({ outbox, owners: ['discord:1', 'telegram:2'], locale: 'en' })
    const deps = { store, chats, sealer, clock, log, metrics, owner, onLost }
    const delivery = createDelivery(deps)
    await delivery.start()
    await settle()
    return delivery
  }
  const put = async (words: Words) => {
    const { title, kind, chat: to = 'c1', final = true, tone = 'warn', mention, more } = words
    await outbox.put({
      key: words.key ?? title,
      address: { platform: 'discord', chat: to, user: 'u1', private: false, ...more },
      reply: { tone, locale: 'en', title, blocks: [], ...(mention && { mention }) },
      final,
      ...(kind && { kind }),
    })
    await settle()
  }
  const titles = () => sent.map(({ title }) => title)
  const open = async () =>
    (await store.list(OUTBOX)).filter(({ value }) => {
      const { delivered, rev } = value as OutboxRecord
      return delivered < rev
    }).length
  const elsewhere = async () =>
    (await store.list(OUTBOX)).flatMap(({ value }) => {
      const { address, reply } = value as OutboxRecord
      return address.platform === 'telegram'
        ? [`${address.user}: ${JSON.stringify(reply.blocks)}`]
        : []
    })
  return { clock, elsewhere, world, shut, tried, sent, start, put, titles, open }
}
const slow = (ms: number) => () => new ChatError('rate_limited', 'slow', { retryAfterMs: ms })
const down = () => new ChatError('network', 'reset')

test('order: while a chat is busy, calls of people pass cards, and cards pass the rest', async () => {
  const one = setup()
  const delivery = await one.start()
  const gate = Promise.withResolvers<void>()
  one.world.gate = gate.promise
  await one.put({ title: 'first answer' })
  await one.put({ title: 'second answer' })
  await one.put({ title: 'card', kind: 'card' })
  await one.put({ title: 'page', kind: 'page' })
  assert.deepEqual(one.tried, ['first answer'], 'one at a time')
  gate.resolve()
  await settle()
  assert.deepEqual(one.titles(), ['first answer', 'page', 'card', 'second answer'])
  delivery.stop()
})

test('order: one slow chat holds up no other', async () => {
  const one = setup()
  const delivery = await one.start()
  one.shut.set('slow', slow(30_000))
  await one.put({ title: 'here', chat: 'slow' })
  await one.put({ title: 'there', chat: 'quick' })
  assert.deepEqual(one.titles(), ['there'])
  delivery.stop()
})

test('order: what a platform asks to wait holds for its whole chat, and then the page goes first', async () => {
  const one = setup()
  const delivery = await one.start()
  one.shut.set('c1', slow(7000))
  await one.put({ title: 'answer' })
  one.shut.clear()
  await one.put({ title: 'card', kind: 'card' })
  await one.clock.advance(3000)
  await one.put({ title: 'page', kind: 'page' })
  await one.clock.advance(3999)
  assert.deepEqual(one.tried, ['answer'], 'nothing is tried before its time')
  await one.clock.advance(1)
  assert.deepEqual(one.titles(), ['page', 'card', 'answer'])
  delivery.stop()
})

test('order: an answer with its request’s own way does not wait for the chat', async () => {
  const one = setup()
  const delivery = await one.start()
  one.shut.set('c1', slow(60_000))
  await one.put({ title: 'card', kind: 'card' })
  one.shut.clear()
  const more = { handle: 'sealed', until: one.clock.now() + MINUTE }
  await one.put({ title: 'answer', more })
  assert.deepEqual(one.titles(), ['answer'])
  delivery.stop()
})

test('late: after an outage the first page goes as it is and proves the way, the rest is one digest', async () => {
  const one = setup()
  const delivery = await one.start()
  one.shut.set('c1', down)
  for (let n = 0; n < 20; n++) {
    const mention = [{ platform: 'discord', id: String(400 + (n % 2)), name: 'Ana' }] as const
    await one.put({ title: `Page ${n}`, kind: 'page', mention })
    await one.clock.advance(MINUTE)
  }
  await one.put({ title: 'I-OVER', kind: 'card', tone: 'ok', final: false })
  await one.put({ title: 'I-OPEN', kind: 'card', tone: 'error', final: false })
  await one.put({ title: 'an answer' })
  await one.clock.advance(11 * MINUTE)
  one.shut.clear()
  await one.clock.advance(2 * MINUTE)
  const { reply } = one.sent.find(({ title }) => title.includes('come late')) ?? assert.fail()
  const code = reply.blocks.find((block) => block.type === 'code') ?? assert.fail()
  assert.equal(code.code.split('\n').length, 20)
  assert.match(code.code, /I-OVER/)
  assert.deepEqual(reply.mention?.map(({ id }) => id).sort(), ['400', '401'])
  const others = one.titles().filter((title) => !title.includes('come late'))
  assert.deepEqual(others.filter((title) => title.startsWith('Page')).length, 1)
  assert.ok(others.includes('an answer') && others.includes('I-OPEN'))
  assert.equal(await one.open(), 0)
  delivery.stop()
})

test('late: a card that was told in a digest is shown when something happens to it again', async () => {
  const one = setup()
  const delivery = await one.start()
  one.shut.set('c1', down)
  const card = { key: 'I-1', kind: 'card', final: false } as const
  await one.put({ title: 'page', kind: 'page' })
  await one.put({ ...card, title: 'over', tone: 'ok' })
  await one.put({ title: 'other', kind: 'page' })
  await one.clock.advance(12 * MINUTE)
  one.shut.clear()
  await one.clock.advance(2 * MINUTE)
  assert.ok(!one.titles().includes('over'))
  await one.put({ ...card, title: 'again', tone: 'error' })
  await one.clock.advance(MINUTE)
  assert.equal(one.titles().at(-1), 'again')
  delivery.stop()
})

const WORDS = fc.record({
  kind: fc.constantFrom<MessageKind | undefined>('page', 'card', 'news', undefined),
  chat: fc.constantFrom('c1', 'c2'),
  gapMs: fc.nat(3 * MINUTE),
})

test('late: through any outage and crash everything is said once at least, in itself or in a digest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(WORDS, { maxLength: 15 }),
      fc.nat(14),
      fc.boolean(),
      async (words, crashAt, atStart) => {
        const one = setup()
        let delivery = await one.start()
        one.shut.set('c1', down).set('c2', slow(9000))
        for (const [n, { kind, chat, gapMs }] of words.entries()) {
          await one.put({ title: `W${n}.`, chat, ...(kind && { kind }) })
          await one.clock.advance(gapMs)
          if (n !== crashAt) continue
          delivery.stop()
          delivery = await one.start('two')
        }
        if (atStart) delivery.stop()
        one.shut.clear()
        if (atStart) delivery = await one.start('three')
        await one.clock.advance(5 * MINUTE)
        const said = JSON.stringify(one.sent.map(({ title, reply }) => [title, reply.blocks]))
        for (const n of words.keys()) assert.equal(said.split(`W${n}.`).length, 2, `W${n}: ${said}`)
        assert.equal(await one.open(), 0)
        delivery.stop()
      },
    ),
    { numRuns: runs(60) },
  )
})

test('lost: a call that is refused for good is told to the owners elsewhere, once; answers are not', async () => {
  const one = setup()
  const delivery = await one.start()
  one.shut.set('c1', () => new ChatError('forbidden', 'blocked'))
  await one.put({ title: 'Critical · Kernel OOM', kind: 'page' })
  await one.put({ title: 'an answer' })
  await one.clock.advance(MINUTE)
  const [told = '', ...more] = await one.elsewhere()
  assert.deepEqual(more, [])
  assert.match(told, /^2: .*Kernel OOM.*discord refused it \(blocked\)/)
  delivery.stop()
})
