import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Address } from '../../../src/core/invocation.ts'
import { ChatError, type MessageRef } from '../../../src/core/ports.ts'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { connected, said } from './harness.ts'

const SILENT = 4096
/** The smallest picture there is. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** A card in a channel (or in a thread that is a place itself), and words that belong below it. */
async function card(t: TestContext, where: 'channel' | 'thread' = 'channel') {
  const all = await connected(t, { gateway: false })
  const { fake, guild, channel: parent, discord } = all
  const channel = where === 'channel' ? parent : fake.channel(guild, { parent })
  const { deliver } = discord.chat
  const address: Address = { platform: 'discord', chat: channel.id, user: '', private: false }
  const ref = await deliver(address, said('Card'), undefined)
  const below = (title: string): Promise<MessageRef> => {
    const thread = { replyTo: ref.message, thread: 'I-4F8H2K Out of memory', quiet: true }
    return deliver({ ...address, ...thread }, said(title, { tone: 'info' }), undefined)
  }
  const requests = () =>
    fake.requests.map(({ method, path }) => `${method} ${path.replaceAll(/\d{17,}/g, '#')}`)
  return { ...all, channel, address, deliver, ref, below, requests }
}

test('the first words below a card make its thread, later ones find it', async (t) => {
  const { fake, ref, channel, below } = await card(t)
  const first = await below('Acknowledged by Ana')
  const second = await below('Resolved')
  assert.deepEqual([first.chat, second.chat], [ref.message, ref.message])
  const thread = fake.channels.get(ref.message)
  assert.deepEqual([thread?.parent, thread?.name], [channel.id, 'I-4F8H2K Out of memory'])
  const made = fake.requests.filter(({ path }) => path.endsWith('/threads'))
  assert.deepEqual(
    made.map(({ body }) => body),
    [{ name: 'I-4F8H2K Out of memory', auto_archive_duration: 1440 }],
  )
  const last = fake.requests.at(-1) ?? assert.fail()
  assert.equal((last.body as { flags: number }).flags, SILENT)
})

test('two words at once: whoever is slower takes the thread that is there', async (t) => {
  const { ref, below } = await card(t)
  const both = await Promise.all([below('One'), below('Two')])
  assert.deepEqual(
    both.map(({ chat }) => chat),
    [ref.message, ref.message],
  )
})

test('an archived thread is opened by the next words', async (t) => {
  const { fake, ref, below } = await card(t)
  await below('One')
  Object.assign(fake.channels.get(ref.message) ?? {}, { archived: true })
  const { chat } = await below('Two')
  assert.equal(chat, ref.message)
  assert.equal(fake.channels.get(ref.message)?.archived, false)
})

for (const [why, code, status] of [
  ['without the right to make threads', 50013, 403],
  ['in a channel that can be seen no more', 50001, 403],
  ['in a guild with too many threads', 160006, 400],
] as const)
  test(`${why} the words are a reply to the card, without a sound`, async (t) => {
    const { fake, ref, channel, below } = await card(t)
    fake.fail({ on: `POST /channels/${channel.id}/messages/${ref.message}/threads`, status, code })
    const { chat } = await below('Acknowledged by Ana')
    assert.equal(chat, channel.id)
    const body = fake.requests.at(-1)?.body as { message_reference: object; flags: number }
    assert.deepEqual(body.message_reference, {
      message_id: ref.message,
      fail_if_not_exists: false,
    })
    assert.equal(body.flags, SILENT)
  })

test('so they are where it was locked, and in a place that is a thread itself', async (t) => {
  const locked = await card(t)
  await locked.below('One')
  Object.assign(locked.fake.channels.get(locked.ref.message) ?? {}, { locked: true })
  assert.equal((await locked.below('Two')).chat, locked.channel.id)
  const inThread = await card(t, 'thread')
  assert.equal((await inThread.below('One')).chat, inThread.channel.id)
})

test('a card that was deleted leaves its words in the channel', async (t) => {
  const { fake, ref, channel, below } = await card(t)
  fake.messages.delete(ref.message)
  assert.equal((await below('One')).chat, channel.id)
})

test('in a private talk they reply to the card', async (t) => {
  const { fake, user, discord } = await connected(t, { gateway: false })
  const address: Address = { platform: 'discord', chat: user.id, user: user.id, private: true }
  const ref = await discord.chat.deliver(address, said('Card'), undefined)
  const below = { ...address, replyTo: ref.message, thread: 'I-4F8H2K', quiet: true }
  const sent = await discord.chat.deliver(below, said('Resolved', { tone: 'info' }), undefined)
  assert.equal(sent.chat, fake.direct(user).id)
  const body = fake.requests.at(-1)?.body as { message_reference?: { message_id: string } }
  assert.equal(body.message_reference?.message_id, ref.message)
})

test('an outage is no refusal: the words wait for their thread', async (t) => {
  const { fake, ref, channel, below } = await card(t)
  fake.fail({ on: `POST /channels/${channel.id}/messages/${ref.message}/threads`, status: 503 })
  await assert.rejects(
    below('One'),
    (error) => error instanceof ChatError && error.kind === 'network',
  )
  assert.equal((await below('One')).chat, ref.message)
})

test('a card in an archived thread: opened and edited; one that stays shut is told', async (t) => {
  const { fake, channel, address, deliver, ref } = await card(t, 'thread')
  const thread = fake.channels.get(channel.id) ?? assert.fail()
  thread.archived = true
  assert.deepEqual(await deliver(address, said('Newer'), ref), ref)
  assert.match(textOf(fake.messages.get(ref.message) ?? assert.fail()), /Newer/)
  Object.assign(thread, { archived: true, locked: true })
  // Nothing can be said there any more; that is told as what it is.
  await assert.rejects(
    deliver(address, said('Newest'), ref),
    (error) => error instanceof ChatError && error.kind === 'invalid',
  )
})

test('a picture stands in the embed, a line for locked screens beside it, colours as they are given', async (t) => {
  const { fake, address, deliver } = await card(t)
  const about = 'Memory at most 2043 of 2048 MB'
  const { message } = await deliver(
    address,
    said('Card', {
      colour: 0xa30200,
      short: '🔴 Critical <@123456789012345678>',
      blocks: [{ type: 'picture', name: 'I-4F8H2K-memory.png', png: PNG, about }],
    }),
    undefined,
  )
  const shown = fake.messages.get(message) ?? assert.fail()
  const [embed] = shown.embeds
  assert.equal(embed?.image?.url, 'attachment://I-4F8H2K-memory.png')
  assert.equal(embed?.color, 0xa30200)
  assert.match(embed?.description ?? '', /📈 Memory at most 2043/)
  assert.deepEqual(
    shown.files.map(({ name }) => name),
    ['I-4F8H2K-memory.png'],
  )
  assert.match(shown.content, /^🔴 Critical/)
  assert.deepEqual(shown.mentions, [])
})
