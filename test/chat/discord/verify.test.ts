import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInteractionVerifier } from '../../../src/chat/discord/verify.ts'
import { connected } from './harness.ts'

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
