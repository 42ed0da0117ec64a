import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDelivery } from '../../src/core/delivery.ts'
import { OUTBOX } from '../../src/core/outbox.ts'
import type { Chat } from '../../src/core/ports.ts'
import { settle } from '../helpers/clock.ts'
import { workCommand } from '../helpers/commands.ts'
import { OPERATOR } from '../helpers/people.ts'
import { createWorld } from '../helpers/world.ts'

/* "Queued." is decided about before the job begins and written down at any time after: it must never stand over later words. */
async function scene(kind: 'read' | 'change') {
  const gate = Promise.withResolvers<void>()
  const go = workCommand('go', {
    kind,
    run: async ({ steps }) => {
      await steps('Going', [{ id: 'one', label: 'One', do: async () => gate.promise }])
    },
  })
  const world = await createWorld({ commands: [go] })
  const shown: string[] = []
  const chat: Chat = {
    platform: 'discord',
    editIntervalMs: 0,
    deliver: async (address, { title }) => {
      shown.push(title)
      return { chat: address.chat, message: 'm1', private: false }
    },
    remove: async () => {},
    sendPrivate: () => assert.fail('nothing is private here'),
  }
  const delivery = createDelivery({
    ...world.deps,
    chats: new Map([['discord', chat]]),
    metrics: { chatSend: () => {} },
    owner: 'one',
  })
  await delivery.start()
  /** Runs `meanwhile` when the waiting words have been decided about and are about to be written down. */
  const before = (meanwhile: () => Promise<unknown>) => {
    world.store.before = async (operation, bucket) => {
      if (operation !== 'update' || bucket !== OUTBOX) return
      world.store.before = () => {}
      await meanwhile()
    }
  }
  return { world, shown, gate, delivery, before }
}

test('waiting: said while nothing else is', async () => {
  const { world, shown, gate, delivery } = await scene('change')
  await world.ask('openclaw go', {}, { actor: OPERATOR })
  await settle()
  gate.resolve()
  await world.work()
  await settle()
  await world.clock.advance(1)
  assert.deepEqual([shown[0], shown.at(-1)], ['/openclaw go', 'Done'])
  delivery.stop()
})

test('waiting: not said over the last words, delivered or not', async () => {
  for (const isDelivered of [true, false]) {
    const { world, shown, gate, delivery, before } = await scene('change')
    gate.resolve()
    if (!isDelivered) delivery.stop()
    before(async () => {
      await world.work()
      await settle()
    })
    const { job } = await world.ask('openclaw go', {}, { actor: OPERATOR })
    await settle()
    await world.clock.advance(60_000)
    assert.ok(!shown.includes('/openclaw go'), shown.join())
    assert.deepEqual(shown.at(-1), isDelivered ? 'Done' : undefined)
    assert.equal((await world.words(job)).title, 'Done')
    delivery.stop()
  }
})

test('waiting: not said over the progress of the job', async () => {
  const { world, shown, gate, delivery, before } = await scene('change')
  let working: Promise<void> | undefined
  before(async () => {
    working = world.work()
    await settle()
  })
  const { job } = await world.ask('openclaw go', {}, { actor: OPERATOR })
  await settle()
  assert.equal((await world.words(job)).title, 'Going')
  gate.resolve()
  await working
  await world.clock.advance(1)
  assert.ok(!shown.includes('/openclaw go'), shown.join())
  assert.equal(shown.at(-1), 'Done')
  delivery.stop()
})

test('waiting: that no worker is there is not said when one has come and gone', async () => {
  const { world, shown, gate, delivery, before } = await scene('read')
  gate.resolve()
  await world.ask('openclaw go', {}, { actor: OPERATOR })
  await world.clock.advance(4999)
  before(async () => {
    await world.work()
    await settle()
  })
  await world.clock.advance(1)
  await world.clock.advance(60_000)
  assert.ok(!shown.includes('/openclaw go'), shown.join())
  assert.equal(shown.at(-1), 'Done')
  delivery.stop()
})
