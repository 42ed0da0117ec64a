import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import type { DiscordEndpoint, HookAddress, HookDelivery } from '../../src/http/inbound.ts'
import { served } from './served.ts'

const keys = generateKeyPairSync('ed25519')
const TIME = '1770000000'
const checked: DiscordEndpoint['verify'] = ({ signature, timestamp, body }) =>
  verify(
    null,
    Buffer.concat([Buffer.from(timestamp), body]),
    keys.publicKey,
    Buffer.from(signature, 'hex'),
  )
const signed = (body: string) => ({
  'content-type': 'application/json',
  'x-signature-timestamp': TIME,
  'x-signature-ed25519': sign(null, Buffer.from(TIME + body), keys.privateKey).toString('hex'),
})
const PATH = '/discord/interactions'

function discord(interaction: DiscordEndpoint['interaction'] = () => assert.fail('was called')) {
  return { discord: { verify: checked, interaction } }
}

test('Discord’s ping is answered in kind', async (t) => {
  const { post } = await served(t, discord())
  const answer = await post(PATH, '{"type":1}', signed('{"type":1}'))
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.deepEqual(await answer.json(), { type: 1 })
})

test('a bad signature is refused, in whatever way it is bad', async (t) => {
  const { post } = await served(t, discord())
  const good = signed('{"type":1}')
  const bad: ReadonlyArray<readonly [string, Record<string, string>]> = [
    ['{"type":1} ', good],
    ['{"type":1}', { ...good, 'x-signature-timestamp': '1770000001' }],
    ['{"type":1}', { ...good, 'x-signature-ed25519': '00'.repeat(64) }],
    ['{"type":1}', { ...good, 'x-signature-ed25519': 'zz' }],
    ['{"type":1}', { 'x-signature-timestamp': TIME }],
    ['{"type":1}', {}],
    ['', {}],
  ]
  for (const [body, headers] of bad) {
    const answer = await post(PATH, body, headers)
    assert.equal(answer.status, 401)
    assert.deepEqual(await answer.json(), { error: 'The signature is not valid.' })
  }
})

test('an interaction is handed over as it came and answered at once with nothing', async (t) => {
  const taken = Promise.withResolvers<unknown>()
  const never = new Promise<void>(() => {})
  const { post } = await served(
    t,
    discord((payload) => {
      taken.resolve(payload)
      return never
    }),
  )
  const body = JSON.stringify({
    type: 2,
    id: '9007199254740993',
    data: { name: 'ö', __proto__: 1 },
  })
  const answer = await post(PATH, body, { ...signed(body), 'content-type': 'text/odd' })
  assert.equal(answer.status, 202)
  assert.equal(await answer.text(), '')
  assert.deepEqual(await taken.promise, JSON.parse(body))
})

test('an interaction that cannot be handed over is in the log, thrown or rejected', async (t) => {
  const error = new Error('full')
  for (const fail of [() => Promise.reject(error), thrown]) {
    const { post, logged } = await served(t, discord(fail))
    assert.equal((await post(PATH, '{"type":2}', signed('{"type":2}'))).status, 202)
    assert.deepEqual(logged, [
      { message: 'An interaction could not be handed over.', data: { error } },
    ])
  }
  function thrown(): never {
    throw error
  }
})

test('a signed body that is no JSON is refused', async (t) => {
  const { post } = await served(t, discord())
  assert.equal((await post(PATH, '{', signed('{'))).status, 400)
})

function telegram(handle: (headers: IncomingHttpHeaders, body: Buffer) => Promise<number>) {
  return { telegram: { path: '/telegram/p4th', handle } }
}

test('an update of Telegram is given on as it came and answered with what comes of it', async (t) => {
  const seen: unknown[] = []
  const { post } = await served(
    t,
    telegram(async (headers, body) => {
      seen.push([headers['x-telegram-bot-api-secret-token'], body.toString()])
      return seen.length === 1 ? 200 : 403
    }),
  )
  const headers = { 'x-telegram-bot-api-secret-token': 'word' }
  const answer = await post('/telegram/p4th', '{"update_id":1}', headers)
  assert.equal(answer.status, 200)
  assert.equal(await answer.text(), '')
  assert.equal((await post('/telegram/p4th', '')).status, 403)
  assert.equal((await post('/telegram/path', '{}', headers)).status, 404)
  assert.deepEqual(seen, [
    ['word', '{"update_id":1}'],
    [undefined, ''],
  ])
})

test('an update that could not be kept is asked for again, said or thrown', async (t) => {
  const away = new OpsError('unavailable', 'The store is away.')
  for (const handle of [async () => 503, async () => Promise.reject(away)]) {
    const { post } = await served(t, telegram(handle))
    const answer = await post('/telegram/p4th', '{"update_id":1}')
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('retry-after'), '5')
  }
})

test('a hook is given on with source, secret, headers and bytes', async (t) => {
  const seen: Array<HookAddress & HookDelivery> = []
  const { post } = await served(t, {
    hooks: async (address) => async (delivery) => {
      seen.push({ ...address, ...delivery })
      return { status: 429, retryAfterSeconds: 30 }
    },
  })
  const body = new Uint8Array([0, 255, 10])
  const answer = await post('/hooks/uptime-kuma/s3cr%2Fet', body, { 'x-signature': 'abc' })
  assert.equal(answer.status, 429)
  assert.equal(answer.headers.get('retry-after'), '30')
  assert.equal(seen.length, 1)
  assert.equal(seen[0]?.source, 'uptime-kuma')
  assert.equal(seen[0]?.secret, 's3cr/et')
  assert.equal(seen[0]?.headers['x-signature'], 'abc')
  assert.deepEqual(seen[0]?.body, Buffer.from(body))
})
