import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { leaseHolder } from '../../src/fly/lease-text.ts'
import { createRedactor, secretValues } from '../../src/fly/redact.ts'
import { retryAfterMs, retryDelay } from '../../src/fly/retry.ts'
import type { Failure } from '../../src/fly/retry.ts'
import { authorization } from '../../src/fly/token.ts'

const HEADERS: ReadonlyArray<readonly [string, string]> = [
  ['FlyV1 fm2_a,fm2_b', 'FlyV1 fm2_a,fm2_b'],
  ['fm2_a', 'FlyV1 fm2_a'],
  ['Bearer fm2_a', 'FlyV1 fm2_a'],
  ['bearer FlyV1 fm1r_a, fm1a_b', 'FlyV1 fm1r_a,fm1a_b'],
  ['fo1_user,fm2_a', 'FlyV1 fm2_a'],
  ['FlyV1 fm2_a,Bearer fo1_user', 'FlyV1 fm2_a'],
  ['fo1_user', 'Bearer fo1_user'],
  ['  Bearer fo1_user\n', 'Bearer fo1_user'],
  ['oldtoken', 'Bearer oldtoken'],
]
for (const [token, header] of HEADERS) {
  test(`the token ${JSON.stringify(token)} is sent as ${header}`, () => {
    assert.equal(authorization(token), header)
  })
}

const status = (code: number, retryAfter?: number): Failure => ({
  kind: 'status',
  status: code,
  retryAfterMs: retryAfter,
})
const RETRIES: ReadonlyArray<readonly [Failure, read: boolean, mutation: boolean]> = [
  [status(429), true, true],
  [status(408), true, false],
  [status(500), true, false],
  [status(503), true, false],
  [{ kind: 'refused' }, true, true],
  [{ kind: 'reset' }, true, false],
  [{ kind: 'timeout' }, true, false],
  [{ kind: 'aborted' }, false, false],
  [{ kind: 'unsendable' }, false, false],
  [status(400), false, false],
  [status(401), false, false],
  [status(404), false, false],
  [status(409), false, false],
  [status(412), false, false],
]
for (const [failure, read, mutation] of RETRIES) {
  const name = failure.kind === 'status' ? failure.status : failure.kind
  test(`after ${name} a read is ${read ? '' : 'not '}and a mutation ${mutation ? '' : 'not '}tried again`, () => {
    const again = (safe: boolean) =>
      retryDelay({ failure, safe, long: false, tried: 1, random: 0 }) !== undefined
    assert.deepEqual([again(true), again(false)], [read, mutation])
  })
}

test('retries wait 0.5, 1, 2 s and end after the fourth try', () => {
  const delays = [1, 2, 3, 4].map((tried) =>
    retryDelay({ failure: status(503), safe: true, long: false, tried, random: 0 }),
  )
  assert.deepEqual(delays, [500, 1000, 2000, undefined])
})
test('Retry-After is honoured up to a minute', () => {
  const delay = (ms: number) =>
    retryDelay({ failure: status(429, ms), safe: false, long: false, tried: 1, random: 0.5 })
  assert.deepEqual([delay(0), delay(7000), delay(61_000)], [750, 7250, undefined])
})
test('a long call that timed out is not tried again', () => {
  const failure: Failure = { kind: 'timeout' }
  const delay = retryDelay({ failure, safe: true, long: true, tried: 1, random: 0 })
  assert.equal(delay, undefined)
})
test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-10-01T10:00:00Z')
  const values = ['3', ' 1.5 ', 'Thu, 01 Oct 2026 10:00:07 GMT', 'soon', '', undefined]
  assert.deepEqual(
    values.map((value) => retryAfterMs(value, now)),
    [3000, 1500, 7000, undefined, undefined, undefined],
  )
})

test('no form of a secret passes the redactor', () => {
  const secret = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 4 }),
    // Longer than what is looked for at first.
    fc.string({ unit: 'grapheme', minLength: 24, maxLength: 80 }),
  )
  const around = fc.string()
  fc.assert(
    fc.property(secret, around, around, (value, before, after) => {
      // What is left of the mask itself is not the secret's.
      fc.pre(!'[secret]'.includes(value) && !value.includes('[secret]'))
      const redact = createRedactor([value])
      const json = JSON.stringify(value)
      const base64 = Buffer.from(value).toString('base64')
      const url = encodeURIComponent(value.toWellFormed())
      for (const form of [value, url, json, json.replaceAll('/', '\\/'), base64]) {
        assert.ok(!redact(`${before} ${form} ${after}`).includes(form.replace(/^"(.*)"$/, '$1')))
      }
    }),
  )
})
test('a piece of a token is redacted by its shape', () => {
  const redact = createRedactor([])
  assert.equal(redact('x fm2_lJPEC/+= y'), 'x [secret] y')
  assert.equal(redact('got "Bearer abc.def" here'), 'got "[secret]" here')
  assert.equal(redact('machine fm2 is fine'), 'machine fm2 is fine')
})
test('secret variables are told by their names', () => {
  const env = { API_KEY: 'a', OPENCLAW_GATEWAY_TOKEN: 'b', DB_PASSWORD: 'c', NODE_ENV: 'd', N: 1 }
  assert.deepEqual(secretValues(env), ['a', 'b', 'c'])
  assert.deepEqual([null, 'x', undefined].map(secretValues), [[], [], []])
})

test('a lease refusal names owner and end in both time formats', () => {
  const old =
    'machine ID 3d8d lease currently held by hello@fly.io, expires at 2022-10-20 19:59:06 +0000 UTC'
  const now =
    'machine ID 28 lease currently held by 9af6@tokens.fly.io, expires at 2026-05-14T10:41:08Z'
  assert.deepEqual(leaseHolder(old), { owner: 'hello@fly.io', until: '2022-10-20T19:59:06Z' })
  assert.deepEqual(leaseHolder(now), { owner: '9af6@tokens.fly.io', until: '2026-05-14T10:41:08Z' })
  assert.deepEqual(leaseHolder('lease currently held by me'), { owner: 'me', until: null })
  assert.deepEqual(leaseHolder('nothing'), { owner: null, until: null })
})
