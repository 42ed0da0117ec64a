import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connected } from './harness.ts'

const WORDS = 'Delivery check 12:00:00'

test('words that are sent for a check are silent, are read back, and leave nothing behind', async (t) => {
  const { fake, discord, user } = await connected(t)
  const talk = { platform: 'discord', chat: user.id, user: user.id, private: true } as const
  await discord.chat.prove?.(talk, WORDS)
  const asked = fake.requests.slice(-4).map(({ method }) => method)
  assert.deepEqual(asked, ['POST', 'POST', 'GET', 'DELETE'])
  const body = fake.requests.at(-3)?.body as { content: string; flags: number }
  assert.deepEqual([body.content, body.flags], [WORDS, 4096])
  assert.equal(fake.messages.size, 0)
})

test('a check in a room goes to the room; one that fails says why, and takes away what it can', async (t) => {
  const { fake, discord, channel } = await connected(t)
  const room = { platform: 'discord', chat: channel.id, user: '', private: false } as const
  await discord.chat.prove?.(room, WORDS)
  fake.fail({ on: 'GET /channels', status: 403 })
  const failed = discord.chat.prove?.(room, `${WORDS} again`) ?? assert.fail()
  await assert.rejects(failed, { kind: 'forbidden' })
  assert.equal(fake.messages.size, 0)
})

test('whoever takes no private messages is a failure of the check', async (t) => {
  const { fake, discord } = await connected(t)
  const closed = fake.user({ closed: true })
  const talk = { platform: 'discord', chat: closed.id, user: closed.id, private: true } as const
  await assert.rejects(discord.chat.prove?.(talk, WORDS) ?? assert.fail(), { kind: 'forbidden' })
})
