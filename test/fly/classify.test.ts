import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Call } from '../../src/fly/call.ts'
import type { FlyErrorCode } from '../../src/fly/classify.ts'
import { EXPECTED, READ, classify } from './refusals.ts'

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
