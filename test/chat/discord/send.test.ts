import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChatError } from '../../../src/core/ports.ts'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { admitted, connected, said } from './harness.ts'

const LONG_RUN_MS = 16 * 60_000

/** A command that was queued, with the address its job would keep. */
async function queued(
  t: Parameters<typeof connected>[0],
  audience: 'channel' | 'author' = 'channel',
) {
  const all = await connected(t)
  const { fake, stub, channel, user } = all
  const ran = Promise.withResolvers<string | undefined>()
  stub.admit = () =>
    admitted(said(''), {
      audience,
      run: async (message) => {
        ran.resolve(message)
        return { kind: 'queued', job: 'J-000000' }
      },
    })
  void fake.slash(user, channel, '/openclaw status')
  const message = await ran.promise
  const address = {
    ...stub.asked[0]!.address,
    private: audience === 'author',
    message: message!,
  }
  return { ...all, address, deliver: all.discord.chat.deliver }
}

test('a public answer is edited by the bot once the token is dead', async (t) => {
  const { fake, clock, address, deliver } = await queued(t)
  const first = await deliver(address, said('Working'), undefined)
  clock.advance(LONG_RUN_MS)
  const last = await deliver(address, said('Finished'), first)
  assert.deepEqual(last, first)
  assert.match(textOf(fake.messages.get(last.message)!), /Finished/)
  assert.equal(fake.requests.at(-1)?.path, `/channels/${address.chat}/messages/${last.message}`)
})

test('first words after 15 minutes still take the place that was kept for them', async (t) => {
  const { fake, clock, address, deliver } = await queued(t)
  clock.advance(LONG_RUN_MS)
  const ref = await deliver(address, said('Finished'), undefined)
  assert.equal(ref.message, address.message)
  assert.equal(fake.messages.get(ref.message)?.loading, false)
})

test('a private answer that can no longer be edited goes to the person, never to the channel', async (t) => {
  const { fake, clock, address, deliver, user } = await queued(t, 'author')
  const first = await deliver(address, said('Working'), undefined)
  clock.advance(LONG_RUN_MS)
  const secret = said('Finished', { blocks: [{ type: 'secret', label: 'Token', value: 'abc123' }] })
  const moved = await deliver(address, secret, first)
  assert.equal(moved.chat, fake.direct(user).id)
  assert.equal(moved.private, true)
  const again = await deliver(address, said('Finished, too'), moved)
  assert.deepEqual(again, moved)
  const inChannel = [...fake.messages.values()].filter(
    ({ channel, only }) => channel === address.chat && only === undefined,
  )
  assert.deepEqual(inChannel, [])
})

test('private words do not replace a public message', async (t) => {
  const { fake, address, deliver } = await queued(t)
  const shown = await deliver(address, said('For all'), undefined)
  const late = { ...address, private: true, until: 0, message: shown.message }
  const { message: _, ...bare } = late
  const ref = await deliver(bare, said('For one'), shown)
  assert.notEqual(ref.message, shown.message)
  assert.match(textOf(fake.messages.get(shown.message)!), /For all/)
})

test('when the message is gone a new one calls the person who waits', async (t) => {
  const { fake, clock, address, deliver, discord, user } = await queued(t)
  const first = await deliver(address, said('Working'), undefined)
  await discord.chat.remove(first)
  await discord.chat.remove(first)
  clock.advance(LONG_RUN_MS)
  const again = await deliver(address, said('Finished'), first)
  assert.deepEqual(fake.messages.get(again.message)?.mentions, [user.id])
})

test('a person who takes no messages is an error that says so', async (t) => {
  const { fake, discord } = await connected(t)
  const closed = fake.user({ closed: true })
  const sent = discord.chat.sendPrivate({ id: closed.id }, said('Hello'))
  await assert.rejects(sent, (error) => error instanceof ChatError && error.kind === 'forbidden')
  const open = fake.user()
  const ref = await discord.chat.sendPrivate({ id: open.id }, said('Hello'))
  assert.deepEqual([ref.chat, ref.private], [fake.direct(open).id, true])
})

test('an alert is a plain message: no mention, files attached, tried twice but there once', async (t) => {
  const { fake, channel, user, discord } = await connected(t)
  const address = { platform: 'discord', chat: channel.id, user: user.id, private: false } as const
  const reply = said('@everyone <@1> look', {
    blocks: [{ type: 'file', name: 'a b.log', content: 'line\n', about: 'the log' }],
  })
  fake.fail({ on: 'POST /channels', reset: 'after' })
  const lost = discord.chat.deliver(address, reply, undefined)
  await assert.rejects(lost, (error) => error instanceof ChatError && error.kind === 'network')
  const ref = await discord.chat.deliver(address, reply, undefined)
  assert.equal(fake.messages.size, 1)
  const message = fake.messages.get(ref.message)
  assert.deepEqual(message?.mentions, [])
  assert.deepEqual(message?.files, [{ name: 'a_b.log', text: 'line\n' }])
  await discord.chat.deliver(address, said('quiet'), ref)
  assert.deepEqual(message?.files, [])
})

test('where files are refused the words come alone and say so, edited and anew', async (t) => {
  const { fake, address, deliver, discord, channel, user } = await queued(t)
  const blocks = [
    { type: 'file', name: 'all.log', content: 'line\n', about: 'the log' },
    { type: 'picture', name: 'all.png', png: 'AAAA', about: 'the graph' },
  ] as const
  const reply = said('Found', { blocks })
  fake.fail({ on: 'PATCH /webhooks', status: 413 })
  const edited = await deliver(address, reply, undefined)
  const anew = { platform: 'discord', chat: channel.id, user: user.id, private: false } as const
  fake.fail({ on: 'POST /channels', status: 403 })
  const sent = await discord.chat.deliver(anew, reply, undefined)
  for (const { message } of [edited, sent]) {
    const shown = fake.messages.get(message)
    assert.deepEqual(shown?.files, [])
    assert.match(textOf(shown!), /The files all\.log, all\.png were not taken by this chat and are/)
    assert.equal(shown?.embeds[0]?.image, undefined, 'it shows a picture that is not there')
  }
  fake.fail({ on: 'POST /channels', status: 403 })
  const one = said('Found', { blocks: blocks.slice(0, 1) })
  const { message } = await discord.chat.deliver(anew, one, undefined)
  const words = textOf(fake.messages.get(message)!)
  assert.match(words, /The file all\.log was not taken by this chat and is missing here/)
  fake.fail({ on: 'POST /channels', status: 403 })
  await assert.rejects(discord.chat.deliver(anew, said('Words'), undefined), { kind: 'forbidden' })
})

test('long waits are handed to the queue, short failures of an answer are tried again', async (t) => {
  const { fake, address, deliver, stub, channel, user, clock } = await queued(t)
  fake.fail({ on: 'PATCH /webhooks', status: 429, retryAfter: 30 })
  await assert.rejects(deliver(address, said('Working'), undefined), (error) => {
    assert.ok(error instanceof ChatError)
    assert.equal(error.kind, 'rate_limited')
    assert.ok((error.retryAfterMs ?? 0) >= 30_000)
    return true
  })
  fake.fail({ on: 'PATCH /webhooks', status: 502 })
  stub.admit = () => admitted(said('Got through'))
  const shown = await fake.slash(user, channel, '/openclaw status')
  assert.match(textOf(shown.message!), /Got through/)
  assert.ok(clock.slept.includes(1000))
})

test('a refused bot token shows in the health', async (t) => {
  const { fake, discord } = await connected(t)
  assert.equal(discord.health().ok, true)
  fake.fail({ on: 'POST /users', status: 401 })
  const sent = discord.chat.sendPrivate({ id: fake.user().id }, said('Hello'))
  await assert.rejects(sent, (error) => error instanceof ChatError && error.kind === 'forbidden')
  assert.equal(discord.health().ok, false)
  assert.match(discord.health().detail, /DISCORD_BOT_TOKEN/)
})

test('a quiet place gets its messages without a sound, trouble with one', async (t) => {
  const { fake, channel, deliver, address } = await queued(t)
  const { handle: _, message: __, ...rest } = address
  const there = { ...rest, chat: channel.id, quiet: true }
  for (const tone of ['info', 'error'] as const)
    await deliver(there, said(tone, { tone }), undefined)
  const flags = fake.requests
    .filter(({ method, path }) => method === 'POST' && path === `/channels/${channel.id}/messages`)
    .map(({ body }) => (body as { flags?: number }).flags)
  assert.deepEqual(flags, [4096, undefined])
})
