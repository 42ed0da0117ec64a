import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createInteractionEndpoint } from '../../../src/chat/discord/endpoint.ts'
import { createInteractionVerifier } from '../../../src/chat/discord/verify.ts'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { admitted, connected, said } from './harness.ts'

const header = (headers: Readonly<Record<string, string | string[] | undefined>>, name: string) =>
  String(headers[name] ?? '') || undefined

test('only what Discord signed within five minutes is taken', async (t) => {
  const { fake, clock } = await connected(t)
  const { body, headers } = fake.signed({ type: 1 })
  const good = {
    signature: header(headers, 'x-signature-ed25519'),
    timestamp: header(headers, 'x-signature-timestamp'),
    body,
  }
  const verify = createInteractionVerifier(fake.publicKey, clock)
  const table = [
    ['good', verify, good, true],
    ['as bytes', verify, { ...good, body: Buffer.from(body) }, true],
    ['other body', verify, { ...good, body: `${body} ` }, false],
    ['other time', verify, { ...good, timestamp: String(Number(good.timestamp) + 1) }, false],
    ['bad signature', verify, { ...good, signature: 'ab'.repeat(64) }, false],
    ['short signature', verify, { ...good, signature: 'ab' }, false],
    ['no signature', verify, { ...good, signature: undefined }, false],
    ['no time', verify, { ...good, timestamp: undefined }, false],
    ['time is no number', verify, { ...good, timestamp: 'now' }, false],
    ['short key', createInteractionVerifier('abcd', clock), good, false],
    ['no key', createInteractionVerifier('', clock), good, false],
    ['other key', createInteractionVerifier('11'.repeat(32), clock), good, false],
  ] as const
  for (const [name, check, request, expected] of table) assert.equal(check(request), expected, name)
  clock.advance(5 * 60_000 + 1000)
  assert.equal(verify(good), false, 'old')
  clock.advance(-11 * 60_000)
  assert.equal(verify(good), false, 'from the future')
})

test('the endpoint: PING is answered, a command runs by its callback, the rest is turned away', async (t) => {
  const { fake, stub, channel, user, clock, discord } = await connected(t, { gateway: false })
  const answer = createInteractionEndpoint({
    verify: createInteractionVerifier(fake.publicKey, clock),
    interaction: discord.interaction,
  })
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const { status, body } = answer({
        signature: header(request.headers, 'x-signature-ed25519'),
        timestamp: header(request.headers, 'x-signature-timestamp'),
        body: Buffer.concat(chunks as Buffer[]),
      })
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body && JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.closeAllConnections())
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  const ping = await fake.postInteraction(url, { type: 1 })
  assert.deepEqual([ping.status, await ping.json()], [200, { type: 1 }])
  stub.admit = () => admitted(said('By HTTP'))
  const { exchange, raw } = fake.command(user, channel, '/openclaw status')
  const taken = await fake.postInteraction(url, raw)
  assert.deepEqual([taken.status, await taken.text()], [202, ''])
  const { message } = await exchange.shown.promise
  assert.match(textOf(message!), /By HTTP/)
  const unsigned = await fetch(url, { method: 'POST', body: '{"type":1}' })
  assert.equal(unsigned.status, 401)
  assert.equal((await fake.postInteraction(url, [])).status, 400)
  assert.equal(fake.gateway.identifies(), 0)
  assert.equal(discord.health().ok, true)
})
