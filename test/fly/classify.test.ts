import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OpsError } from '../../src/core/errors.ts'
import { say } from '../../src/core/text.ts'
import type { Answer, Call } from '../../src/fly/call.ts'
import type { FlyErrorCode } from '../../src/fly/classify.ts'
import { parseJson, readErrorBody } from '../../src/fly/error-body.ts'
import { refusalError, silenceError } from '../../src/fly/errors.ts'
import { createRedactor } from '../../src/fly/redact.ts'

type Endpoint = Call<unknown>['endpoint']
const READ: Endpoint = 'GET /v1/apps/{app}/machines/{id}'
const CHANGE: Endpoint = 'POST /v1/apps/{app}/machines/{id}'

const answer = (status: number, body: unknown): Answer => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, text, json: parseJson(text), header: () => undefined, reference: '01REQ' }
}
const classify = (status: number, body: unknown, call: Partial<Call<unknown>> = {}): OpsError =>
  refusalError(answer(status, body), { endpoint: CHANGE, ...call }, createRedactor([]))

// In the order of the samples, so that each of them has one expected kind.
const EXPECTED: ReadonlyArray<readonly [number, body: string, FlyErrorCode]> = [
  [
    409,
    'machine ID 3d lease currently held by hello@fly.io, expires at 2022-10-20 19:59:06 +0000 UTC',
    'lease_held',
  ],
  [
    409,
    'machine ID 28 lease currently held by 9a@tokens.fly.io, expires at 2026-05-14T10:41:08Z',
    'lease_held',
  ],
  [
    400,
    'invalid_argument: WaitMachineRequest.Timeout must be inside range [1s, 1m0s]',
    'validation',
  ],
  [
    408,
    'deadline_exceeded: machine failed to reach desired state, started, currently stopped',
    'ambiguous',
  ],
  [408, 'deadline_exceeded: Post "http://unix/v1/exec": net/http: request canceled', 'ambiguous'],
  [412, "failed_precondition: unable to start machine from current state: 'created'", 'not_ready'],
  [412, 'failed_precondition: machine still active, refusing to start', 'not_ready'],
  [412, 'failed_precondition: machine getting replaced, refusing to start', 'not_ready'],
  [
    412,
    'failed_precondition: unable to destroy machine, not currently stopped, suspended, failed, or pending',
    'not_ready',
  ],
  [412, 'failed_precondition: volume is currently bound to machine: 148e127abcdef0', 'not_ready'],
  [412, 'failed_precondition: volume already claimed by machine \u0000\u0000', 'not_ready'],
  [
    412,
    'failed_precondition: snapshot is already scheduled at 2026-10-01T10:00:00.000Z',
    'not_ready',
  ],
  [412, "insufficient resources to create new machine with existing volume 'vol_xxx'", 'capacity'],
  [
    409,
    'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
    'capacity',
  ],
  [503, 'out of capacity', 'capacity'],
  [400, 'no capacity', 'capacity'],
  [
    403,
    'organization "Kilo" is using 1970176 MB of memory in dfw which is over the allowed quota. please consider other regions',
    'quota',
  ],
  [400, 'volume not found', 'not_found'],
  [422, 'Validation failed: Name has already been taken', 'validation'],
  [
    409,
    'already_exists: unique machine name violation, machine ID 3 already exists with name "foo"',
    'validation',
  ],
  [404, 'Could not find App "my-app-name"', 'not_found'],
  [404, 'app not found', 'not_found'],
  [403, 'unauthorized', 'scope'],
  [400, 'network not found', 'not_found'],
  [400, 'json: cannot unmarshal array into Go value of type main.stopRequest', 'validation'],
  [429, 'rate limit exceeded', 'rate_limited'],
]
for (const [status, body, code] of EXPECTED) {
  test(`${status} ${body.slice(0, 70)} is ${code}, in any envelope`, () => {
    assert.equal(classify(status, { error: body }).code, code)
    assert.equal(classify(status, { status: 'error', message: body, code: 'invalid' }).code, code)
    assert.equal(classify(status, body).code, code)
  })
}

const samples = new URL('../../../shared/reference/fly/samples/errors.json', import.meta.url)
test('every recorded error body is of its kind', { skip: !existsSync(samples) }, () => {
  const recorded: { status: number; body: unknown }[] = JSON.parse(readFileSync(samples, 'utf8'))
  const codes = recorded.map(({ status, body }) => classify(status, body).code)
  assert.deepEqual(
    codes,
    EXPECTED.map(([, , code]) => code),
  )
})

const MORE: ReadonlyArray<readonly [number, body: unknown, FlyErrorCode, Partial<Call<unknown>>?]> =
  [
    [401, { error: 'unauthenticated' }, 'auth'],
    [401, '<html><title>no capacity</title></html>', 'auth'],
    [402, {}, 'quota'],
    [422, { error: 'To create more than 1 machine per app please add a payment method.' }, 'quota'],
    [409, { error: 'aborted: current_version does not match' }, 'stale_version'],
    [412, { error: 'failed_precondition: machine_version is stale' }, 'stale_version'],
    [409, { error: 'aborted: machine is being replaced' }, 'not_ready'],
    [503, { error: 'x', status: 'volume_placement_capacity' }, 'capacity'],
    [502, '<html><head><title>502 Bad Gateway</title></head></html>', 'ambiguous'],
    [502, '<html><head><title>502 Bad Gateway</title></head></html>', 'server', { endpoint: READ }],
    [500, '', 'ambiguous'],
    [500, '', 'server', { safe: true }],
    [408, { error: 'deadline_exceeded' }, 'server', { endpoint: READ }],
    [500, { error: 'the machine is on an unreachable host' }, 'host_unreachable'],
    [302, '', 'ambiguous'],
    [302, '', 'server', { endpoint: READ }],
    [418, null, 'validation'],
    [404, { error: 'lease not found' }, 'not_found'],
    [500, { error: 'lease not found' }, 'not_found'],
    [400, { status: 'error', errorType: 'bad_data', error: '1:34: parse error' }, 'validation'],
  ]
for (const [status, body, code, call] of MORE) {
  test(`${status} ${JSON.stringify(body)} of ${call?.endpoint ?? 'a mutation'} is ${code}`, () => {
    assert.equal(classify(status, body, call).code, code)
  })
}

test('a lease error names who and until when, in both languages', () => {
  const { text, reference } = classify(409, { error: EXPECTED[1]?.[1] })
  for (const locale of ['en', 'zh-TW'] as const) {
    assert.match(say(text, locale), /9a@tokens\.fly\.io/)
    assert.match(say(text, locale), /2026-05-14T10:41:08Z/)
  }
  assert.equal(reference, '01REQ')
})
test('a quota refusal is quoted word for word', () => {
  const body = EXPECTED[16]?.[1] ?? ''
  assert.ok(say(classify(403, { error: body }).text, 'en').includes(body))
})
test('what Fly said is cut to 300 characters', () => {
  const { text } = classify(422, { error: 'payment required '.repeat(100) })
  const quoted = /“(.*)”/.exec(say(text, 'en'))?.[1] ?? ''
  assert.equal(quoted.length, 300)
})
test("the log API's 401 says what it may mean", () => {
  const { code, text, hint } = classify(401, '', { endpoint: READ, party: 'logs' })
  assert.equal(code, 'auth')
  assert.match(say(text, 'en'), /wrong kind .* no such app/)
  assert.match(say(hint ?? '', 'en'), /FLY_READ_TOKEN/)
})

const kinds = ['refused', 'reset', 'timeout', 'aborted', 'unsendable'] as const
const SILENCES: Readonly<Record<(typeof kinds)[number], readonly [FlyErrorCode, FlyErrorCode]>> = {
  refused: ['network', 'network'],
  reset: ['network', 'ambiguous'],
  timeout: ['network', 'ambiguous'],
  aborted: ['cancelled', 'ambiguous'],
  unsendable: ['validation', 'validation'],
}
for (const kind of kinds) {
  test(`${kind} without an answer is ${SILENCES[kind].join(' for a read, for a mutation ')}`, () => {
    const codes = [READ, CHANGE].map((endpoint) => silenceError({ kind }, { endpoint }, 'X').code)
    assert.deepEqual(codes, SILENCES[kind])
  })
}

test('every refusal has a sentence and a next step in both languages', () => {
  const statuses = fc.integer({ min: 300, max: 599 })
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom(...EXPECTED.map(([, body]) => body)),
  )
  const party = fc.constantFrom('machines', 'logs', 'metrics', 'releases')
  fc.assert(
    fc.property(statuses, bodies, fc.boolean(), party, (status, body, safe, whose) => {
      const error = classify(status, body, { safe, party: whose })
      for (const part of [error.text, error.hint]) {
        assert.ok(part !== undefined && typeof part !== 'string')
        assert.match(part.en, /^[A-Z].*[.”]$/su)
        assert.match(part['zh-TW'], /\p{Script=Han}.*[。」]$/su)
      }
      // No control character reaches a chat message.
      assert.doesNotMatch(say(error.text, 'en'), /\p{Cc}/u)
    }),
  )
})
test('an error body of any kind is read', () => {
  assert.deepEqual(readErrorBody('{"error":"a","message":""}'), { message: 'a', word: '' })
  assert.deepEqual(readErrorBody('"not_found: x"'), { message: 'not_found: x', word: '' })
  assert.equal(readErrorBody('<!doctype html><body><p>bad<b> gateway</b>').message, 'bad gateway')
  assert.equal(readErrorBody('upstream\r\n  connect error').message, 'upstream connect error')
  for (const body of ['[1]', 'null', '7', '']) {
    assert.deepEqual(readErrorBody(body), { message: '', word: '' })
  }
})
