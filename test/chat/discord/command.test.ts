import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { admitted, connected, said } from './harness.ts'

test('a command is acknowledged first, then run, then answered in its place', async (t) => {
  const { fake, stub, channel, user, guild } = await connected(t)
  const seen: Array<string | undefined> = []
  stub.admit = () =>
    admitted(said('unused'), {
      run: async (message) => {
        seen.push(message, fake.requests.at(-1)?.path.split('/').at(-1))
        return { kind: 'reply', reply: said('All well') }
      },
    })
  const shown = await fake.slash(user, channel, '/openclaw status', { app: 'x' })
  assert.equal(shown.ack, 5)
  assert.match(textOf(shown.message!), /All well/)
  assert.equal(shown.message?.only, undefined)
  assert.deepEqual(seen, [shown.message?.id, 'callback'])
  const [asked] = stub.asked
  assert.equal(asked?.command, 'openclaw status')
  assert.deepEqual(asked?.input, { app: 'x' })
  assert.deepEqual(asked?.actor.roles, user.roles)
  assert.deepEqual(asked?.place, {
    platform: 'discord',
    space: guild.id,
    room: channel.id,
    private: false,
  })
})

test('a command in a group keeps its words; what is for its author alone stays so', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  stub.admit = () => admitted(said('New token'), { audience: 'author' })
  const shown = await fake.slash(user, channel, '/openclaw token rotate')
  assert.equal(shown.message?.only, user.id)
  assert.equal(stub.asked[0]?.command, 'openclaw token rotate')
})

test('a refusal is one private answer and nothing is deferred', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  stub.admit = () => ({ kind: 'refused', reply: said('Not allowed', { tone: 'error' }) })
  const shown = await fake.slash(user, channel, '/openclaw status')
  assert.equal(shown.ack, 4)
  assert.equal(shown.message?.only, user.id)
  assert.match(textOf(shown.message!), /Not allowed/)
})

test('a queued command stays "thinking" until the outbox speaks', async (t) => {
  const { fake, stub, channel, user, discord } = await connected(t)
  const ran = Promise.withResolvers<string | undefined>()
  stub.admit = () =>
    admitted(said(''), {
      run: async (message) => {
        ran.resolve(message)
        return { kind: 'queued', job: 'J-000000' }
      },
    })
  const shown = fake.slash(user, channel, '/openclaw status')
  const message = await ran.promise
  assert.equal(fake.messages.get(message!)?.loading, true)
  const { address } = stub.asked[0]!
  assert.ok(!JSON.stringify(address).includes('aW50ZXJhY3Rpb24'), 'the token lies open')
  const ref = await discord.chat.deliver(address, said('Done J-000000'), undefined)
  assert.equal(ref.message, message)
  assert.match(textOf((await shown).message!), /Done J-000000/)
})

test('a duplicate takes its deferred answer away', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  stub.admit = () => admitted(said(''), { run: async () => ({ kind: 'duplicate' }) })
  const shown = await fake.slash(user, channel, '/openclaw status')
  assert.equal(shown.message, undefined)
  assert.equal(fake.messages.size, 0)
})

test('a notice is for the one who asked, though the deferral was public', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  stub.admit = () =>
    admitted(said(''), { run: async () => ({ kind: 'notice', reply: said('Only you') }) })
  await fake.slash(user, channel, '/openclaw status')
  const notice = await fake.message((message) => textOf(message).includes('Only you'))
  assert.equal(notice.only, user.id)
  assert.equal(fake.messages.size, 1)
})

test('the same interaction delivered twice is run once', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  let runs = 0
  stub.admit = () =>
    admitted(said(''), {
      run: async () => ({ kind: 'reply', reply: said(`run ${(runs += 1)}`) }),
    })
  const { exchange, raw } = fake.command(user, channel, '/openclaw status')
  const second = fake.request(({ status }) => status === 400)
  fake.deliver(raw)
  fake.deliver(raw)
  await Promise.all([exchange.shown.promise, second])
  assert.equal(runs, 1)
})

test('what was not acknowledged in time, or not at all, is not run', async (t) => {
  const { fake, stub, channel, user, clock, lines, logged } = await connected(t)
  stub.admit = () => admitted(said(''), { run: () => assert.fail('ran') })
  const old = fake.command(user, channel, '/openclaw status')
  clock.advance(5000)
  const tooLate = fake.request(({ status }) => status === 404)
  fake.deliver(old.raw)
  await tooLate
  fake.fail({ on: 'POST /interactions', reset: 'before' })
  fake.fail({ on: 'POST /interactions', status: 503 })
  const failed = fake.request(({ status }) => status === 503)
  fake.deliver(fake.command(user, channel, '/openclaw status').raw)
  fake.deliver(fake.command(user, channel, '/openclaw status').raw)
  await failed
  fake.fail({ on: 'POST /interactions', status: 429, retryAfter: 1 })
  const limited = fake.request(({ status }) => status === 429)
  fake.deliver(fake.command(user, channel, '/openclaw status').raw)
  await limited
  stub.admit = () => admitted(said('still here'))
  await fake.slash(user, channel, '/openclaw status')
  await logged('nothing was run', 4)
  assert.ok(!JSON.stringify(lines).includes('aW50ZXJhY3Rpb24'), 'a token was logged')
})

test('a command from a minute ago is refused, not asked about', async (t) => {
  const { fake, stub, channel, user, clock } = await connected(t)
  const { raw } = fake.command(user, channel, '/openclaw status')
  clock.advance(61_000)
  const answered = fake.request(({ path }) => path.endsWith('/callback'))
  fake.deliver(raw)
  const { body } = await answered
  assert.match(JSON.stringify(body), /too old, send again/)
  assert.equal(stub.asked.length, 0)
})

test('whatever throws is told under a reference that the log has, too', async (t) => {
  const { fake, stub, channel, user, lines } = await connected(t)
  stub.admit = () => {
    throw new Error('broken')
  }
  const before = await fake.slash(user, channel, '/openclaw status')
  const [, reference] = /reference (d-\d+)/.exec(textOf(before.message!)) ?? []
  assert.equal(before.message?.only, user.id)
  assert.ok(lines.some(({ data }) => 'reference' in data && data.reference === reference))
  stub.admit = () => admitted(said(''), { run: () => Promise.reject(new Error('broken later')) })
  const after = await fake.slash(user, channel, '/openclaw status')
  assert.match(textOf(after.message!), /Internal error/)
  assert.doesNotMatch(textOf(after.message!), /broken/)
})

test('a direct talk, a thread and a Chinese reader are recognised', async (t) => {
  const { fake, stub, channel, guild, user } = await connected(t)
  stub.admit = ({ locale }) => admitted(said(locale), { audience: 'author' })
  const direct = await fake.slash(user, fake.direct(user), '/ops help')
  assert.equal(direct.message?.only, undefined)
  const reader = fake.user({ locale: 'zh-TW' })
  const thread = fake.channel(guild, { parent: channel })
  await fake.slash(reader, thread, '/ops help')
  const [first, second] = stub.asked
  assert.deepEqual(first?.place, { platform: 'discord', space: user.id, private: true })
  assert.equal(first?.address.private, true)
  assert.equal(second?.place.parent, channel.id)
  assert.equal(second?.locale, 'zh-TW')
})
