import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDelivery, type Delivery } from '../../src/core/delivery.ts'
import type { Address } from '../../src/core/invocation.ts'
import { createOutbox, OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import { type Chat, ChatError, type MessageRef } from '../../src/core/ports.ts'
import type { SaidReply } from '../../src/core/reply.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createTestClock, settle } from '../helpers/clock.ts'
import { away, createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog, type Logged } from '../helpers/test-log.ts'
import { runs } from '../helpers/runs.ts'

const ADDRESS: Address = { platform: 'discord', chat: 'c1', user: 'u1', private: false }
const INTERVAL = 2000
const said = (title: string): SaidReply => ({ tone: 'info', locale: 'en', title, blocks: [] })

interface Sent {
  readonly title: string
  readonly at: number
  readonly edit: string | undefined
  readonly reply: SaidReply
}

/** An outbox, a chat that keeps what it is given, and as many deliverers as a test starts. */
function setup() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = createSealer(Buffer.alloc(32, 9))
  const outbox = createOutbox({ store, sealer, clock })
  const sent: Sent[] = []
  const logged: Logged[] = []
  const counted: string[] = []
  const world = {
    /** Thrown instead of sending, in order. */
    faults: [] as Error[],
    /** What a send waits for. */
    gate: Promise.resolve() as Promise<void>,
    /** Messages on their way at the same time. */
    flying: 0,
    most: 0,
  }
  const chat: Chat = {
    platform: 'discord',
    editIntervalMs: INTERVAL,
    deliver: async (address, reply, ref) => {
      world.flying++
      world.most = Math.max(world.most, world.flying)
      try {
        await world.gate
        const fault = world.faults.shift()
        if (fault) throw fault
        sent.push({ title: reply.title, at: clock.now(), edit: ref?.message, reply })
        return ref ?? { chat: address.chat, message: `m${sent.length}`, private: false }
      } finally {
        world.flying--
      }
    },
    remove: async () => {},
    sendPrivate: () => assert.fail('nothing is private here'),
  }
  const start = async (
    owner = 'one',
    only: Chat = chat,
    isDead?: (owner: string) => boolean,
  ): Promise<Delivery> => {
    const delivery = createDelivery({
      store,
      chats: new Map([[only.platform, only]]),
      sealer,
      clock,
      log: createTestLog(logged),
      metrics: { chatSend: (platform, result) => counted.push(`${platform} ${result}`) },
      owner,
      ...(isDead && { isDead }),
    })
    await delivery.start()
    await settle()
    return delivery
  }
  const put = async (title: string, final = false, key = 'J-1') => {
    await outbox.put({ key, address: ADDRESS, reply: said(title), final })
    await settle()
  }
  const record = async (key = 'J-1') => (await store.get(OUTBOX, key)) as OutboxRecord | undefined
  /** What still has to be said. */
  const left = async () => {
    const now = await record()
    return now && now.delivered < now.rev ? now : undefined
  }
  const titles = () => sent.map(({ title }) => title)
  return {
    clock,
    store,
    sealer,
    outbox,
    sent,
    logged,
    counted,
    world,
    chat,
    start,
    put,
    record,
    left,
    titles,
  }
}

test('delivery: words go out at once, later ones edit the same message, of the last only a trace is left', async () => {
  const one = setup()
  const delivery = await one.start()
  await one.put('first')
  assert.deepEqual(one.titles(), ['first'])
  await one.clock.advance(INTERVAL)
  await one.put('last', true)
  assert.deepEqual(
    one.sent.map(({ title, edit }) => [title, edit]),
    [
      ['first', undefined],
      ['last', 'm1'],
    ],
  )
  assert.equal(await one.left(), undefined)
  assert.deepEqual((await one.record())?.reply, said('last'))
  assert.deepEqual(one.counted, ['discord ok', 'discord ok'])
  delivery.stop()
})

test('delivery: edits keep the platform’s interval, and only the newest words are sent', async () => {
  const one = setup()
  const delivery = await one.start()
  for (let i = 0; i < 50; i++) {
    await one.put(`words ${i}`)
    await one.clock.advance(100)
  }
  await one.clock.advance(INTERVAL)
  const times = one.sent.map(({ at }) => at)
  for (const [i, at] of times.slice(1).entries())
    assert.ok(at - (times[i] ?? 0) >= INTERVAL, `${at - (times[i] ?? 0)} ms between two edits`)
  assert.deepEqual(one.titles(), ['words 0', 'words 19', 'words 39', 'words 49'])
  assert.equal((await one.record())?.delivered, 50)
  delivery.stop()
})

test('delivery: words that come during a send are sent afterwards, newest only', async () => {
  const one = setup()
  const delivery = await one.start()
  const gate = Promise.withResolvers<void>()
  one.world.gate = gate.promise
  for (const title of ['a', 'b', 'c']) await one.put(title)
  await one.put('d', true)
  assert.equal(one.world.flying, 1)
  gate.resolve()
  await one.clock.advance(INTERVAL)
  assert.deepEqual(one.titles(), ['a', 'd'])
  assert.equal(one.world.most, 1)
  delivery.stop()
})

test('delivery: nothing that is not final comes after the final words', async () => {
  const one = setup()
  await one.put('last', true)
  await one.put('late')
  assert.deepEqual([(await one.record())?.rev, (await one.record())?.reply.title], [1, 'last'])
  const delivery = await one.start()
  assert.deepEqual(one.titles(), ['last'])
  delivery.stop()
})

test('delivery: a rate limit is waited out, also for words that come meanwhile', async () => {
  const one = setup()
  const delivery = await one.start()
  one.world.faults = [new ChatError('rate_limited', 'slow down', { retryAfterMs: 7000 })]
  await one.put('a')
  for (let i = 0; i < 6; i++) {
    await one.clock.advance(1000)
    await one.put(`b${i}`)
  }
  assert.deepEqual(one.titles(), [])
  await one.clock.advance(1000)
  assert.deepEqual(one.titles(), ['b5'])
  assert.deepEqual(one.counted, ['discord rate_limited', 'discord ok'])
  assert.deepEqual(one.logged, [], 'a rate limit is no fault')
  delivery.stop()
})

test('delivery: an outage is tried again after 1, 2, 5, 15, 60 and 60 s', async () => {
  const one = setup()
  const delivery = await one.start()
  const begun = one.clock.now()
  const at: number[] = []
  one.world.faults = Array.from({ length: 6 }, () => new ChatError('network', 'reset'))
  const { deliver } = one.chat
  Object.assign(one.chat, {
    deliver: (...args: Parameters<typeof deliver>) => {
      at.push((one.clock.now() - begun) / 1000)
      return deliver(...args)
    },
  })
  await one.put('a', true)
  await one.clock.advance(200_000)
  assert.deepEqual(at, [0, 1, 3, 8, 23, 83, 143])
  assert.deepEqual(one.titles(), ['a'])
  assert.equal(one.logged.length, 6)
  assert.equal(await one.left(), undefined)
  delivery.stop()
})

test('delivery: a fault that is no ChatError counts as an outage', async () => {
  const one = setup()
  const delivery = await one.start()
  one.world.faults = [new TypeError('in the renderer')]
  await one.put('a')
  await one.clock.advance(1000)
  assert.deepEqual(one.titles(), ['a'])
  assert.deepEqual(one.counted, ['discord error', 'discord ok'])
  delivery.stop()
})

for (const kind of ['forbidden', 'gone', 'invalid'] as const)
  test(`delivery: ${kind} is given up, and said in the log`, async () => {
    const one = setup()
    const delivery = await one.start()
    one.world.faults = [new ChatError(kind, 'no')]
    await one.put('a')
    assert.equal(await one.left(), undefined)
    assert.deepEqual(
      one.logged.map(({ level, message }) => [level, message]),
      [['error', 'message could not be delivered and was given up']],
    )
    await one.clock.advance(120_000)
    assert.deepEqual(one.titles(), [])
    delivery.stop()
  })

test('delivery: words that could not be said do not take newer ones with them', async () => {
  const one = setup()
  const delivery = await one.start()
  const gate = Promise.withResolvers<void>()
  one.world.gate = gate.promise
  one.world.faults = [new ChatError('invalid', 'too long')]
  await one.put('far too long')
  await one.put('short', true)
  gate.resolve()
  await one.clock.advance(1)
  assert.deepEqual(one.titles(), ['short'])
  assert.equal(await one.left(), undefined)
  delivery.stop()
})

test('delivery: after a day of outage the words are of no use any more', async () => {
  const one = setup()
  const delivery = await one.start()
  const { chat } = one
  Object.assign(chat, { deliver: () => Promise.reject(new ChatError('network', 'reset')) })
  await one.put('a', true)
  await one.clock.advance(86_400_000 + 120_000)
  assert.equal(await one.left(), undefined)
  assert.equal(one.logged.at(-1)?.level, 'error')
  delivery.stop()
})

test('delivery: of two deliverers one sends each message, whichever is first', async () => {
  const one = setup()
  const both = [await one.start('one'), await one.start('two')]
  for (let i = 0; i < 20; i++) await one.put(`words ${i}`, true, `J-${i}`)
  assert.equal(one.world.most, 1)
  assert.deepEqual(one.titles().sort(), Array.from({ length: 20 }, (_, i) => `words ${i}`).sort())
  for (const delivery of both) delivery.stop()
})

test('delivery: what a dead process had taken is sent by another after its lease, once', async () => {
  const one = setup()
  const dead = await one.start('dead')
  one.world.gate = new Promise(() => {})
  await one.put('a')
  assert.equal(one.world.flying, 1)
  dead.stop()
  one.world.gate = Promise.resolve()
  const living = await one.start('living')
  await one.clock.advance(29_999)
  assert.deepEqual(one.titles(), [])
  await one.clock.advance(15_001)
  assert.deepEqual(one.titles(), ['a'])
  living.stop()
})

test('delivery: what a process had taken that is certainly gone is sent at once, a living one’s is left to it', async () => {
  for (const gone of ['dead', 'somebody else']) {
    const one = setup()
    const dead = await one.start('dead')
    one.world.gate = new Promise(() => {})
    await one.put('a', true)
    dead.stop()
    one.world.gate = Promise.resolve()
    const living = await one.start('living', one.chat, (owner) => owner === gone)
    await one.clock.advance(29_000)
    assert.deepEqual(one.titles(), gone === 'dead' ? ['a'] : [])
    living.stop()
  }
})

test('delivery: what its senders die of is sent again at once, then later and later, and is one message to its platform', async () => {
  const one = setup()
  const begun = one.clock.now()
  const tries: Array<readonly [seconds: number, again: boolean | undefined]> = []
  const names = new Set<string | undefined>()
  const deadly: Chat = {
    ...one.chat,
    deliver: ({ once }) => {
      tries.push([(one.clock.now() - begun) / 1000, once?.again])
      names.add(once?.id)
      return new Promise(() => {})
    },
  }
  await one.put('a', true)
  for (const [n, seconds] of [0, 0, 14, 1, 59, 1, 60].entries()) {
    await one.clock.advance(seconds * 1000)
    const process = await one.start(`process ${n}`, deadly, (owner) => owner !== `process ${n}`)
    process.stop()
  }
  assert.deepEqual(tries, [
    [0, false],
    [0, true],
    [15, true],
    [75, true],
    [135, true],
  ])
  assert.equal(names.size, 1)
})

test('delivery: killed between send and mark, the words are there at most twice', async () => {
  const one = setup()
  const dead = await one.start('dead')
  let updates = 0
  one.store.before = (operation, bucket) => {
    if (operation !== 'update' || bucket !== OUTBOX) return
    if (++updates > 2) throw away()
  }
  await one.put('a', true)
  dead.stop()
  assert.deepEqual(one.titles(), ['a'])
  one.store.before = () => {}
  const living = await one.start('living')
  await one.clock.advance(60_000)
  assert.deepEqual(one.titles(), ['a', 'a'])
  assert.equal(await one.left(), undefined)
  living.stop()
})

test('delivery: a nudge that was lost costs fifteen seconds, not the message', async () => {
  const one = setup()
  const delivery = await one.start()
  one.store.before = (operation) => {
    if (operation === 'nudge') throw away()
  }
  await one.put('a', true)
  await settle()
  assert.deepEqual(one.titles(), [])
  await one.clock.advance(15_000)
  assert.deepEqual(one.titles(), ['a'])
  delivery.stop()
})

test('delivery: messages for chats of other processes are left to them', async () => {
  const one = setup()
  const telegram = await one.start('other', { ...one.chat, platform: 'telegram' })
  await one.put('a', true)
  await one.clock.advance(60_000)
  assert.deepEqual([one.titles(), (await one.record())?.attempts], [[], 0])
  telegram.stop()
})

test('delivery: words for another process of the same platform are left to it', async () => {
  const one = setup()
  const other = await one.start('other', { ...one.chat, serves: ({ chat }) => chat === 'c2' })
  await one.put('a', true)
  await one.clock.advance(60_000)
  assert.deepEqual(one.titles(), [])
  const own = await one.start('own', { ...one.chat, serves: ({ chat }) => chat === 'c1' })
  assert.deepEqual(one.titles(), ['a'])
  for (const delivery of [other, own]) delivery.stop()
})

test('delivery: secrets lie sealed and are opened for the one send', async () => {
  const one = setup()
  const reply: SaidReply = {
    ...said('Token'),
    blocks: [{ type: 'secret', label: 'Token', value: 'hunter2-hunter2' }],
  }
  await one.outbox.put({ key: 'J-1', address: ADDRESS, reply, final: true })
  assert.doesNotMatch(one.store.dump(), /hunter2/)
  const delivery = await one.start()
  assert.deepEqual(one.sent[0]?.reply.blocks, reply.blocks)
  assert.doesNotMatch(one.store.dump(), /hunter2/)
  delivery.stop()
})

test('delivery: a secret sealed under another key is told of, not shown as it lies', async () => {
  const one = setup()
  const other = createOutbox({ ...one, sealer: createSealer(Buffer.alloc(32, 1)) })
  const blocks = [{ type: 'secret' as const, label: 'Token', value: 'hunter2' }]
  await other.put({ key: 'J-1', address: ADDRESS, reply: { ...said('x'), blocks }, final: true })
  const delivery = await one.start()
  assert.deepEqual(one.sent[0]?.reply.blocks, [
    { type: 'secret', label: 'Token', value: '[sealed under another key]' },
  ])
  delivery.stop()
})

test('delivery: flush sends what is due, and gives up waiting at its deadline', async () => {
  const one = setup()
  one.store.before = (operation) => {
    if (operation === 'nudge') throw away()
  }
  const delivery = await one.start()
  await one.put('a', true)
  assert.deepEqual(one.titles(), [])
  await delivery.flush(3000)
  assert.deepEqual(one.titles(), ['a'])
  await one.put('b', true, 'J-2')
  one.world.gate = new Promise(() => {})
  const flushing = delivery.flush(3000)
  await one.clock.advance(3000)
  await flushing
  delivery.stop()
})

test('delivery: stopped, it sleeps no more and takes nothing', async () => {
  const one = setup()
  const delivery = await one.start()
  delivery.stop()
  await one.put('a', true)
  await one.clock.advance(60_000)
  assert.deepEqual([one.titles(), one.clock.sleepers()], [[], 0])
})

type Act =
  | { readonly do: 'put'; readonly key: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'fault'; readonly error: Error }
  | { readonly do: 'crash' | 'block' | 'free' | 'outage' | 'back' }

const ACT: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), key: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(20_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      error: fc.constantFrom(
        new ChatError('network', 'reset'),
        new ChatError('rate_limited', 'slow', { retryAfterMs: 4000 }),
        new TypeError('fault'),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('crash' as const, 'block', 'free', 'outage', 'back'),
    }),
  },
)

test('delivery: whatever fails and in whatever order, the last words arrive and none goes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ACT, { maxLength: 25 }), async (acts) => {
      const one = setup()
      const put = new Map<string, number>()
      let owner = 0
      let delivery = await one.start(`p${owner}`)
      let gate = Promise.withResolvers<void>()
      gate.resolve()
      for (const act of acts) {
        if (act.do === 'put') {
          const key = `J-${act.key}`
          const next = (put.get(key) ?? 0) + 1
          const done = await one.put(`${key} ${next}`, false, key).then(
            () => true,
            () => false,
          )
          if (done) put.set(key, next)
        } else if (act.do === 'pass') await one.clock.advance(act.ms)
        else if (act.do === 'fault') one.world.faults.push(act.error)
        else if (act.do === 'block') {
          gate.resolve()
          gate = Promise.withResolvers<void>()
          one.world.gate = gate.promise
        } else if (act.do === 'free') gate.resolve()
        else if (act.do === 'outage')
          one.store.before = () => {
            throw away()
          }
        else if (act.do === 'back') one.store.before = () => {}
        else {
          // What was on its way with the dead process never arrives.
          delivery.stop()
          gate = Promise.withResolvers<void>()
          one.world.gate = Promise.resolve()
          delivery = await one.start(`p${++owner}`)
        }
      }
      one.store.before = () => {}
      gate.resolve()
      one.world.gate = Promise.resolve()
      one.world.faults = []
      await one.clock.advance(200_000)
      for (const [key, last] of put) {
        const seen = one.titles().filter((title) => title.startsWith(key))
        const numbers = seen.map((title) => Number(title.split(' ')[1]))
        assert.equal(numbers.at(-1), last, `the last words of ${key}`)
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
          'words went back',
        )
      }
      assert.ok(one.world.most <= 3 * (owner + 1))
      delivery.stop()
    }),
    { numRuns: runs(150) },
  )
})

test('outbox: the message keeps what it knows of itself over new words', async () => {
  const one = setup()
  const ref: MessageRef = { chat: 'c1', message: 'm9', private: false }
  await one.put('a')
  await one.store.update(OUTBOX, 'J-1', (now) => ({ ...(now as OutboxRecord), ref }))
  await one.put('b', true)
  const record = await one.record()
  assert.deepEqual([record?.ref, record?.rev, record?.final], [ref, 2, true])
})
