import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { RECEIVERS } from '../../../src/core/oncall/route.ts'
import { Secret } from '../../../src/core/secret.ts'
import { SOURCES } from '../../../src/oncall/receivers/index.ts'
import { CAME, hex, payload, request, SIGN } from '../../helpers/hooks.ts'

const BODIES = {
  pagerduty: payload('pagerduty.triggered.json'),
  sentry: payload('sentry.event-alert.json'),
  grafana: payload('grafana.firing.json'),
  generic: payload('generic.firing.json'),
}
const SIGNING = ['pagerduty', 'sentry', 'grafana', 'generic'] as const
const [OLD, NEW, OTHER] = ['0ld-key', 'n3w-key', '0ther-key']
const keys = (...values: readonly string[]) => values.map((value) => new Secret(value))

for (const source of SIGNING) {
  const { verify } = SOURCES[source]
  const body = BODIES[source]
  const sign = SIGN[source]
  const why = (...args: Parameters<typeof verify>) => {
    const verdict = verify(...args)
    return verdict.ok ? 'ok' : verdict.why
  }

  test(`${source}: what any of the keys signed is good, and nothing else`, () => {
    const by = (key: string) => request(body, { headers: sign(key, body) })
    assert.equal(why(by(NEW), keys(NEW), CAME), 'ok')
    assert.equal(why(by(NEW), keys(OLD, NEW), CAME), 'ok')
    assert.equal(why(by(OLD), keys(OLD, NEW), CAME), 'ok')
    assert.equal(why(by(OTHER), keys(OLD, NEW), CAME), 'wrong')
    assert.equal(why(request(body), keys(NEW), CAME), 'unsigned')
    assert.equal(why(request(body), [], CAME), 'ok')
  })

  test(`${source}: signatures that are none`, () => {
    const headers = sign(NEW, body)
    const [name = '', good = ''] = Object.entries(headers).find(([h]) => /signature/.test(h)) ?? []
    const bare = good.replace('v1=', '')
    const bad = [
      'v1=',
      `v1=${bare.slice(2)}`,
      `v1=${bare}00`,
      'v1=zz',
      'x',
      `v2=${bare}0`,
      'é'.repeat(64),
    ]
    for (const value of bad)
      assert.notEqual(
        why(request(body, { headers: { ...headers, [name]: value } }), keys(NEW), CAME),
        'ok',
        value,
      )
    const touched = Buffer.concat([body, Buffer.from(' ')])
    assert.equal(why(request(touched, { headers }), keys(NEW), CAME), 'wrong')
    assert.equal(why(request('', { headers }), keys(NEW), CAME), 'wrong')
  })

  test(`${source}: the same bytes are the same event, whatever unsigned headers say`, () => {
    const headers = { ...sign(NEW, body), 'request-id': 'another', 'x-webhook-id': 'another' }
    const one = verify(request(body, { headers: sign(NEW, body) }), keys(NEW), CAME)
    const two = verify(request(body, { headers }), keys(NEW), CAME)
    assert.ok(one.ok && one.event !== null)
    assert.deepEqual(two, one)
  })
}

for (const source of ['grafana', 'generic'] as const)
  test(`${source}: a signed time may be five minutes off, and not be left out`, () => {
    const body = BODIES[source]
    const at = (offMs: number) => {
      const headers = SIGN[source](NEW, body, String((CAME + offMs) / 1000))
      return SOURCES[source].verify(request(body, { headers }), keys(NEW), CAME)
    }
    for (const offMs of [0, 300_000, -300_000]) assert.equal(at(offMs).ok, true, String(offMs))
    for (const offMs of [301_000, -301_000, -86_400_000])
      assert.deepEqual(at(offMs), { ok: false, why: 'old' }, String(offMs))
    const stripped = Object.fromEntries(
      Object.entries(SIGN[source](NEW, body)).filter(([name]) => !name.includes('timestamp')),
    )
    const verdict = SOURCES[source].verify(request(body, { headers: stripped }), keys(NEW), CAME)
    assert.deepEqual(verdict, { ok: false, why: 'wrong' })
    const odd = SIGN[source](NEW, body, '1e9')
    assert.equal(SOURCES[source].verify(request(body, { headers: odd }), keys(NEW), CAME).ok, false)
  })

test('Grafana may sign without a time', () => {
  const body = BODIES.grafana
  const headers = { 'x-grafana-alerting-signature': hex(NEW, body) }
  assert.equal(SOURCES.grafana.verify(request(body, { headers }), keys(NEW), CAME).ok, true)
})

test('PagerDuty sends one signature for each of its secrets, and gives up after 48 hours', () => {
  const body = BODIES.pagerduty
  const { verify } = SOURCES.pagerduty
  const both = `v1=${hex(OTHER, body)},v1=${hex(NEW, body)}`
  const headers = { 'x-pagerduty-signature': both }
  assert.equal(verify(request(body, { headers }), keys(NEW), CAME).ok, true)
  const late = CAME + 100 * 3_600_000
  assert.deepEqual(verify(request(body, { headers }), keys(NEW), late), { ok: false, why: 'old' })
  const many = { 'x-pagerduty-signature': 'v1=00,'.repeat(5000) + both }
  assert.equal(verify(request(body, { headers: many }), keys(NEW), CAME).ok, false)
})

test('a key for a source that signs nothing shuts it', () => {
  for (const source of RECEIVERS.filter((one) => !SIGNING.some((signs) => signs === one))) {
    assert.equal(SOURCES[source].verify(request('{}'), [], CAME).ok, true)
    assert.equal(SOURCES[source].verify(request('{}'), keys(NEW), CAME).ok, false)
  }
})

test('every signature is compared with what every key makes, in constant time, whichever fits first', (t) => {
  const body = BODIES.pagerduty
  const compared = t.mock.method(crypto, 'timingSafeEqual')
  syncBuiltinESMExports()
  const signatures = [hex(OLD, body), hex(OTHER, body), hex(NEW, body)]
  const headers = { 'x-pagerduty-signature': signatures.map((one) => `v1=${one}`).join() }
  const { ok } = SOURCES.pagerduty.verify(request(body, { headers }), keys(OLD, NEW), CAME)
  compared.mock.restore()
  syncBuiltinESMExports()
  assert.ok(ok)
  assert.equal(compared.mock.callCount(), 6)
})
