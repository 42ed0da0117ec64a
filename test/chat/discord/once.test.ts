import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createDelivery } from '../../../src/core/delivery.ts'
import { createOutbox } from '../../../src/core/outbox.ts'
import type { Chat } from '../../../src/core/ports.ts'
import { createSealer } from '../../../src/store/sealing.ts'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { createTestLog } from '../../helpers/test-log.ts'
import { connected, said } from './harness.ts'

/** An outbox before the real adapter; each process of it may be one that dies when its words are out. */
async function outboxed(t: TestContext) {
  const all = await connected(t)
  const { fake, channel, discord } = all
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = createSealer(Buffer.alloc(32, 9))
  const outbox = createOutbox({ store, sealer, clock })
  const address = {
    platform: 'discord',
    chat: channel.id,
    user: all.user.id,
    private: false,
  } as const
  const put = (key: string, title: string, final = true) =>
    outbox.put({ key, address, reply: said(title), final })
  const start = async (owner: string, chat: Chat = discord.chat) => {
    const delivery = createDelivery({
      store,
      chats: new Map([['discord', chat]]),
      sealer,
      clock,
      log: createTestLog([]),
      metrics: { chatSend: () => {} },
      owner,
      isDead: (other) => other !== owner,
    })
    await delivery.start()
    t.after(delivery.stop)
    return delivery
  }
  /** Sends, and is killed before it has written that down. */
  const dying = async (owner: string, meanwhile: () => Promise<void> = async () => {}) => {
    const sent = Promise.withResolvers<void>()
    const chat: Chat = {
      ...discord.chat,
      async deliver(...given) {
        await discord.chat.deliver(...given)
        sent.resolve()
        return new Promise(() => {})
      },
    }
    const { stop } = await start(owner, chat)
    await sent.promise
    stop()
    await meanwhile()
  }
  const shown = () =>
    [...fake.messages.values()].filter((one) => one.channel === channel.id).map(textOf)
  return { ...all, clock, put, start, dying, shown }
}

test('equal words of two messages are two messages', async (t) => {
  const { put, start, shown } = await outboxed(t)
  const delivery = await start('one')
  await put('a', 'Fired again')
  await put('b', 'Fired again')
  await delivery.flush(1e9)
  assert.equal(shown().length, 2)
})

test('a message whose sender was killed is there once, with its newest words', async (t) => {
  const { clock, put, start, dying, shown } = await outboxed(t)
  await put('card', 'Out of memory', false)
  await dying('one', () => put('card', 'Out of memory, acknowledged', false))
  await dying('two', () => put('card', 'Out of memory, over', false))
  const living = await start('three')
  assert.match(shown()[0] ?? '', /acknowledged/, 'sent again twice, it is given time')
  await clock.advance(15_000)
  await living.flush(1e9)
  assert.equal(shown().length, 1)
  assert.match(shown()[0] ?? '', /over/)
})

test('a message whose sender was killed and that somebody deleted since is there again', async (t) => {
  const { fake, discord, channel, put, start, dying, shown } = await outboxed(t)
  await put('card', 'Out of memory')
  await dying('one')
  const [message] = fake.messages.values()
  await discord.chat.remove({ chat: channel.id, message: message?.id ?? '', private: false })
  assert.deepEqual(shown(), [])
  const living = await start('two')
  await living.flush(1e9)
  assert.equal(shown().length, 1)
})
