import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRig } from './rig.ts'

const WORDS = 'Delivery check 12:00:00'

test('words that are sent for a check are silent, are given back, and leave nothing behind', async (t) => {
  const { fake, telegram } = await startRig(t)
  const ana = fake.user()
  const chat = fake.private(ana)
  const talk = {
    platform: 'telegram',
    chat: String(ana.id),
    user: String(ana.id),
    private: true,
  } as const
  const prove = () => telegram.chat.prove?.(talk, WORDS) ?? assert.fail()
  await assert.rejects(prove(), { kind: 'forbidden' }, 'who never wrote to the bot is not reached')
  fake.start(ana)
  await fake.message(chat)
  const before = fake.messages(chat).length
  await prove()
  const calls = fake.calls().slice(-3)
  assert.deepEqual(
    calls.map(({ method }) => method),
    ['sendMessage', 'editMessageText', 'deleteMessage'],
  )
  assert.equal(calls[0]?.params['disable_notification'], true)
  assert.equal(fake.messages(chat).length, before)
})
