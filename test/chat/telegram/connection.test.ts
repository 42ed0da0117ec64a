import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import type { FakeTelegram } from '../../fakes/telegram/index.ts'
import { admitted, saying, startRig } from './rig.ts'
import { reply } from '../../../src/core/reply.ts'

/** A poll by another process, and the wait for one of ours that Telegram holds. */
const pollsOf = (fake: FakeTelegram) => ({
  rival: () =>
    fetch(`${fake.url}/bot${fake.token}/getUpdates`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ timeout: 0 }),
    }),
  held: async () => {
    while (!fake.updates.polling()) await new Promise(setImmediate)
  },
})

suite('Telegram connection', { timeout: 60_000 }, () => {
  test('a dead API at start keeps nobody from starting, and is told', async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const { telegram, clock, log } = await startRig(t, { apiUrl: `http://127.0.0.1:${port}` })
    assert.deepEqual(telegram.health(), {
      ok: false,
      detail:
        'Telegram: not connected, trying again (Telegram could not be reached (ECONNREFUSED)).',
    })
    await clock.pass(1_000)
    await clock.pass(2_000)
    await clock.pass(4_000)
    assert.ok(log.filter(({ level }) => level === 'warn').length >= 3)
  })

  test('it comes back by itself', async (t) => {
    const { fake, telegram, clock } = await startRig(t, { start: false })
    fake.fail('getMe', { kind: 'drop' })
    fake.fail('deleteWebhook', { kind: 'html', status: 502 })
    await telegram.start()
    assert.equal(telegram.health().ok, false)
    await clock.pass(1_000)
    await clock.pass(2_000)
    const ana = fake.user()
    fake.say(ana, fake.private(ana), '/status')
    await fake.message(fake.private(ana))
    assert.deepEqual(telegram.health(), {
      ok: true,
      detail: 'Telegram: connected by long polling.',
    })
  })

  test('a refused token is named', async (t) => {
    const { fake, telegram } = await startRig(t, { start: false })
    fake.fail('getMe', { kind: 'error', code: 401, description: 'Unauthorized' })
    await telegram.start()
    assert.match(telegram.health().detail, /the bot token is refused; set TELEGRAM_BOT_TOKEN/)
  })

  test('a second process with the same token is named, and outlived', async (t) => {
    const { fake, telegram, clock } = await startRig(t)
    await fake.called('getUpdates')
    const { rival } = pollsOf(fake)
    while (!fake.updates.polling()) await rival()
    await rival()
    await fake.called('getUpdates', (call) => call.status === 409)
    const ana = fake.user()
    await clock.pass(1_000)
    fake.say(ana, fake.private(ana), '/status')
    await fake.message(fake.private(ana))
    assert.equal(telegram.health().ok, true)
  })

  test('one that goes on for long is told once, rested from longer and longer, and seen until it is gone', async (t) => {
    const { fake, telegram, clock, log } = await startRig(t)
    const { rival, held } = pollsOf(fake)
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      await held()
      await rival()
      await clock.pass(seconds * 1000)
    }
    await held()
    // Back after an outage, the rival is still there.
    fake.fail('getUpdates', { kind: 'html', status: 502 })
    fake.say(fake.user(), fake.group({ admin: true }), 'hello')
    await clock.pass(1000)
    await held()
    const { ok, detail } = telegram.health()
    assert.equal(ok, false)
    assert.match(detail, /another process takes updates with the same bot token; stop it, or/)
    const told = () => log.map(({ message }) => message)
    assert.equal(told().filter((message) => /stop it, or give it a bot/.test(message)).length, 1)
    assert.equal(told().filter((message) => /failed/.test(message)).length, 1)
    assert.equal(told().filter((message) => message === 'connected').length, 2)
    clock.advance(90_000)
    const ana = fake.user()
    fake.say(ana, fake.private(ana), '/status')
    await fake.message(fake.private(ana))
    assert.equal(telegram.health().ok, true)
  })

  test('one that is gone by the time late updates are written down is told to be gone', async (t) => {
    const { fake, telegram, script, clock, log } = await startRig(t)
    const { rival, held } = pollsOf(fake)
    for (const seconds of [1, 2]) {
      await held()
      await rival()
      await clock.pass(seconds * 1000)
    }
    await held()
    assert.match(telegram.health().detail, /another process takes updates with the same bot token/)
    const gate = Promise.withResolvers<void>()
    const running = Promise.withResolvers<void>()
    script.admit = () =>
      admitted(async () => {
        running.resolve()
        await gate.promise
        return { kind: 'duplicate' }
      })
    const connections = () => log.filter(({ message }) => message === 'connected').length
    const before = connections()
    const ana = fake.user()
    fake.say(ana, fake.private(ana), '/restart')
    await running.promise
    for (let i = 0; i < 18; i++) await clock.pass(5_000)
    gate.resolve()
    await held()
    assert.equal(telegram.health().ok, true)
    assert.equal(connections(), before + 1)
  })

  test('pages, drops and limits while polling are waited out', async (t) => {
    const { fake, telegram, clock } = await startRig(t, { start: false })
    fake.fail('getUpdates', { kind: 'html', status: 502 })
    fake.fail('getUpdates', { kind: 'drop' })
    fake.fail('getUpdates', {
      kind: 'error',
      code: 429,
      description: 'Too Many Requests: retry after 30',
      parameters: { retry_after: 30 },
    })
    await telegram.start()
    await clock.pass(1_000)
    await clock.pass(2_000)
    await clock.pass(30_000)
    const ana = fake.user()
    fake.say(ana, fake.private(ana), '/status')
    await fake.message(fake.private(ana))
  })

  test('an update that is sent twice runs once, before and after a restart', async (t) => {
    const { fake, telegram, script, again } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    const { update } = fake.say(ana, chat, '/restart')
    await fake.message(chat)
    fake.updates.repeat(update)
    fake.say(ana, chat, '/status')
    await fake.message(chat, (one) => one.text.includes('status'))
    assert.equal(script.invocations.length, 2)

    await telegram.stop(1_000)
    fake.updates.repeat(update)
    await again().start()
    fake.say(ana, chat, '/memory')
    await fake.message(chat, (one) => one.text.includes('memory'))
    assert.equal(script.ran.length, 3)
    assert.equal(fake.messages(chat).filter((one) => one.text.includes('restart')).length, 1)
  })

  test('stops at once while a poll is held, finishes what runs, and confirms what it took', async (t) => {
    const { fake, telegram, script } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    const gate = Promise.withResolvers<void>()
    const running = Promise.withResolvers<void>()
    script.admit = () => ({
      kind: 'admitted',
      mode: 'reply',
      audience: 'channel',
      run: async () => {
        running.resolve()
        await gate.promise
        return { kind: 'duplicate' }
      },
    })
    fake.say(ana, chat, '/restart')
    await running.promise
    const stopped = telegram.stop(5_000)
    gate.resolve()
    await stopped
    assert.equal(fake.updates.pending(), 0)
    assert.equal(telegram.health().ok, false)
  })

  test('what is not written down is not confirmed, however long it takes, and that is told', async (t) => {
    const { fake, telegram, script, clock } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    const gate = Promise.withResolvers<void>()
    const running = Promise.withResolvers<void>()
    script.admit = () => ({
      kind: 'admitted',
      mode: 'reply',
      audience: 'channel',
      run: async () => {
        running.resolve()
        await gate.promise
        return { kind: 'duplicate' }
      },
    })
    await fake.called('getUpdates')
    fake.say(ana, chat, '/restart')
    await running.promise
    const polls = fake.calls('getUpdates').length
    // as often as it likes: the next poll would tell Telegram to forget
    for (let i = 0; i < 3; i++) await clock.pass(5_000)
    assert.equal(fake.calls('getUpdates').length, polls)
    assert.equal(fake.updates.pending(), 1)
    assert.deepEqual(telegram.health(), {
      ok: false,
      detail: 'Telegram: no more is taken until what came is written down.',
    })
    gate.resolve()
    script.admit = () => saying(reply.ok('on it goes'))
    fake.say(ana, chat, '/status')
    await fake.message(chat, (one) => one.text === '✅ on it goes')
    assert.equal(telegram.health().ok, true)
  })

  test('what hangs does not keep it from stopping by the deadline', async (t) => {
    const { fake, telegram, script, clock, again } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    const running = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    t.after(() => gate.resolve())
    script.admit = () => {
      running.resolve()
      return {
        kind: 'admitted',
        mode: 'reply',
        audience: 'channel',
        run: async () => {
          await gate.promise
          return { kind: 'duplicate' }
        },
      }
    }
    fake.say(ana, chat, '/restart')
    await running.promise
    const stopped = telegram.stop(5_000)
    await clock.pass(5_000)
    await stopped
    script.admit = () => saying(reply.ok('after all'))
    await again().start()
    fake.say(ana, chat, '/status')
    await fake.message(chat, (one) => one.text === '✅ after all')
    gate.resolve()
  })
})
