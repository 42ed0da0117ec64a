import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { createDiscord } from '../../../src/chat/discord/discord.ts'
import { Secret } from '../../../src/core/secret.ts'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { admitted, connected, said } from './harness.ts'

type Drop = (gateway: Awaited<ReturnType<typeof connected>>['fake']['gateway']) => void

async function survives(t: TestContext, drop: Drop, comesBack: 'identify' | 'resume') {
  const { fake, stub, channel, user, discord, logged } = await connected(t)
  stub.admit = () => admitted(said('Here again'))
  const back = fake.next(comesBack)
  drop(fake.gateway)
  await logged('discord reconnecting')
  assert.equal(discord.health().ok, false)
  const missed = comesBack === 'resume' ? fake.slash(user, channel, '/openclaw status') : undefined
  await back
  const shown = await (missed ?? fake.slash(user, channel, '/openclaw status'))
  assert.match(textOf(shown.message!), /Here again/)
  assert.equal(stub.asked.length, 1)
  assert.equal(discord.health().ok, true)
}

// Each waits for the library's own pauses of half a second to seven seconds, so they wait together.
suite('connections that end', { concurrency: true }, () => {
  test('asked to reconnect (op 7): resumed, what was missed is replayed', (t) =>
    survives(t, (gateway) => gateway.reconnect(), 'resume'))
  test('cut off (TCP reset): resumed, what was missed is replayed', (t) =>
    survives(t, (gateway) => gateway.drop(), 'resume'))
  test('session invalid but resumable (op 9 true): resumed on the same connection', async (t) => {
    const { fake, stub, channel, user } = await connected(t)
    stub.admit = () => admitted(said('Still here'))
    const back = fake.next('resume')
    fake.gateway.invalidate(true)
    await back
    await fake.slash(user, channel, '/openclaw status')
    assert.equal(fake.gateway.identifies(), 1)
  })
  test('session lost (op 9 false): a new session', (t) =>
    survives(t, (gateway) => gateway.invalidate(false), 'identify'))
})

test('heartbeats without an answer end a connection', async (t) => {
  const { fake, stub, channel, user } = await connected(t, {})
  stub.admit = () => admitted(said('Here again'))
  fake.gateway.setHeartbeatInterval(50)
  const first = fake.next('resume')
  fake.gateway.reconnect()
  await first
  fake.gateway.answerHeartbeats(false)
  const second = fake.next('resume')
  await second
  fake.gateway.answerHeartbeats(true)
  await fake.slash(user, channel, '/openclaw status')
})

test('an unavailable guild keeps nobody waiting, and roles come from the payload', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  fake.guild({ unavailable: true })
  stub.admit = () => admitted(said('At once'))
  await fake.slash(user, channel, '/openclaw status')
  assert.deepEqual(stub.asked[0]?.actor.roles, ['222222222222222222'])
})

test('a wrong token makes the bot unhealthy, not dead, and no session is spent', async (t) => {
  const { fake, deps, lines } = await connected(t)
  const before = fake.gateway.identifies()
  const wrong = createDiscord({ ...deps, token: new Secret('wrong.bot.token') })
  t.after(() => wrong.stop(60_000))
  await wrong.start()
  assert.equal(wrong.health().ok, false)
  assert.match(wrong.health().detail, /DISCORD_BOT_TOKEN/)
  assert.equal(fake.gateway.identifies(), before)
  assert.ok(!JSON.stringify(lines).includes('wrong.bot.token'))
})

test('a Discord that is down is tried again after a pause', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const { deps, clock } = await connected(t)
  const away = createDiscord({ ...deps, apiUrl: `http://127.0.0.1:${port}/api` })
  await away.start()
  assert.equal(away.health().ok, false)
  assert.ok(clock.slept.includes(5000))
  await away.stop(60_000)
})

test('a session that Discord ends for good is started anew after a pause, not at once', async (t) => {
  const { fake, discord, logged, clock } = await connected(t)
  fake.gateway.drop(4004)
  await logged('discord ended the session')
  assert.equal(discord.health().ok, false)
  assert.equal(fake.gateway.identifies(), 1)
  assert.ok(clock.slept.includes(5000))
})
