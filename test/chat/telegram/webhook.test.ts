import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { Secret } from '../../../src/core/secret.ts'
import { type Rig, startRig } from './rig.ts'
import { testSealer } from './stubs.ts'
import { createWebhook } from '../../../src/chat/telegram/webhook.ts'

const SECRET = 'a-webhook_secret'
const PUBLIC = 'https://ops.example.com'

/** The adapter behind a real HTTP server, where the double delivers. */
async function startHooked(
  t: TestContext,
): Promise<Rig & { answers: number[]; answered: (times: number) => Promise<void> }> {
  const answers: number[] = []
  const events = new EventEmitter()
  let handle: NonNullable<Rig['telegram']['webhook']>['handle'] | undefined
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
      const status = (await handle?.(request.headers, Buffer.concat(chunks))) ?? 404
      answers.push(status)
      response.writeHead(status).end()
      events.emit('answer')
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rig = await startRig(t, {
    start: false,
    webhook: { publicUrl: PUBLIC, secret: new Secret(SECRET) },
    fake: { reach: (url) => url.replace(PUBLIC, origin), webhookRetryMs: 1 },
  })
  handle = rig.telegram.webhook?.handle
  const answered = async (times: number) => {
    while (answers.length < times) await once(events, 'answer')
  }
  return { ...rig, answers, answered }
}

suite('Telegram webhook', { timeout: 60_000 }, () => {
  test('is set with secret and updates, and brings commands', async (t) => {
    const { fake, telegram, answers } = await startHooked(t)
    await telegram.start()
    const set = fake.calls('setWebhook')[0]?.params
    assert.deepEqual(set, {
      url: `${PUBLIC}${telegram.webhook?.path}`,
      secret_token: SECRET,
      allowed_updates: ['message', 'callback_query', 'my_chat_member'],
    })
    assert.match(telegram.webhook?.path ?? '', /^\/telegram\/[\w-]{22}$/)
    assert.equal(fake.calls('getUpdates').length, 0)
    const ana = fake.user()
    fake.say(ana, fake.private(ana), '/status')
    await fake.message(fake.private(ana))
    assert.deepEqual(answers, [200])
    assert.deepEqual(telegram.health(), { ok: true, detail: 'Telegram: connected by webhook.' })
  })

  test('asks to be sent again what comes before it is ready', async (t) => {
    const { fake, telegram, clock, answers } = await startHooked(t)
    fake.fail('getMe', { kind: 'drop' })
    await telegram.start()
    const { path = '', handle } = telegram.webhook ?? {}
    const headers = { 'x-telegram-bot-api-secret-token': SECRET }
    assert.equal(await handle?.(headers, { update_id: 1 }), 503)
    assert.ok(path)
    await clock.pass(1_000)
    await fake.called('setWebhook')
    const ana = fake.user()
    fake.say(ana, fake.private(ana), '/status')
    await fake.message(fake.private(ana))
    assert.deepEqual(answers, [200])
  })

  test('takes an update once, however often it comes', async (t) => {
    const { fake, telegram, script } = await startHooked(t)
    await telegram.start()
    const ana = fake.user()
    const { update } = fake.say(ana, fake.private(ana), '/restart')
    await fake.message(fake.private(ana))
    fake.updates.repeat(update)
    fake.say(ana, fake.private(ana), '/status')
    await fake.message(fake.private(ana), (one) => one.text.includes('status'))
    assert.equal(script.ran.length, 2)
  })

  test('asks to be sent again what is not written down in time, and knows it again', async (t) => {
    const { fake, telegram, script, clock, answers, answered } = await startHooked(t)
    await telegram.start()
    const gate = Promise.withResolvers<void>()
    const { admit } = script
    script.admit = (invocation) => {
      const admission = admit(invocation)
      if (admission.kind !== 'admitted') return admission
      return { ...admission, run: async () => gate.promise.then(() => admission.run()) }
    }
    const ana = fake.user()
    fake.say(ana, fake.private(ana), '/restart')
    await clock.pass(5_000)
    await answered(1)
    gate.resolve()
    assert.deepEqual(answers, [503])
    await fake.message(fake.private(ana))
    await answered(2)
    assert.deepEqual(answers, [503, 200])
    assert.equal(script.ran.length, 1)
  })

  const update = { update_id: 5 }
  const right = { 'x-telegram-bot-api-secret-token': SECRET }
  for (const [what, headers, body, status] of [
    ['the secret', right, update, 200],
    ['the secret, raw body', right, JSON.stringify(update), 200],
    ['no header', {}, update, 401],
    ['another secret', { 'x-telegram-bot-api-secret-token': 'b' }, update, 403],
    ['a longer one', { 'x-telegram-bot-api-secret-token': `${SECRET}x` }, update, 403],
    ['an empty one', { 'x-telegram-bot-api-secret-token': '' }, update, 403],
    ['two', { 'x-telegram-bot-api-secret-token': [SECRET, SECRET] }, update, 403],
    ['no JSON', right, '{', 400],
    ['no update', right, { ok: true }, 400],
    ['nothing', right, undefined, 400],
  ] as const)
    test(`with ${what} is answered ${status}`, async () => {
      const taken: number[] = []
      const webhook = createWebhook({
        secret: new Secret(SECRET),
        sealer: testSealer,
        take: async ({ update_id }) => taken.push(update_id) > 0,
      })
      assert.equal(await webhook.handle(headers, body), status)
      assert.deepEqual(taken, status === 200 ? [5] : [])
    })

  test('a secret that Telegram would not take is refused at once', () => {
    assert.throws(
      () =>
        createWebhook({
          secret: new Secret('with space'),
          sealer: testSealer,
          take: async () => true,
        }),
      { name: 'OpsError', code: 'bad_input' },
    )
  })
})
