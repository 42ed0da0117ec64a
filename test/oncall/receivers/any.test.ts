import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Alert } from '../../../src/core/oncall/alert.ts'
import { RECEIVERS } from '../../../src/core/oncall/route.ts'
import { Secret } from '../../../src/core/secret.ts'
import { say } from '../../../src/core/text.ts'
import { ALERTS_MAX, BOUNDS } from '../../../src/oncall/receivers/alert-of.ts'
import { SOURCES } from '../../../src/oncall/receivers/index.ts'
import { CAME, payload, request } from '../../helpers/hooks.ts'
import { runs } from '../../helpers/runs.ts'

function isBounded(alert: Alert): void {
  const fits = (text: string, max: number) => {
    assert.ok(text.length <= max, `${text.length} > ${max}`)
    assert.ok(text.isWellFormed())
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  }
  fits(alert.key, 160)
  fits(alert.group, 160)
  fits(say(alert.title, 'en'), BOUNDS.title)
  assert.notEqual(say(alert.title, 'en'), '')
  fits(say(alert.text, 'en'), BOUNDS.text)
  fits(alert.rule, BOUNDS.rule)
  assert.ok(alert.evidence.length <= BOUNDS.evidence)
  for (const [what, value] of alert.evidence) {
    fits(say(what, 'en'), BOUNDS.name)
    fits(say(value, 'en'), BOUNDS.value)
  }
  assert.ok(alert.links.length <= BOUNDS.links)
  for (const { label, url } of alert.links) {
    fits(say(label, 'en'), BOUNDS.name)
    fits(url, BOUNDS.url)
    assert.match(url, /^https?:\/\//)
  }
  assert.ok(Number.isSafeInteger(alert.at) && alert.at <= CAME)
  assert.ok(Number.isSafeInteger(alert.since) && alert.since <= alert.at)
  if (alert.app !== null) assert.match(alert.app, /^[a-z0-9-]{1,63}$/)
  assert.equal(alert.fix, null)
}

const readAll = (body: Buffer | string, query = '') => {
  for (const source of RECEIVERS) {
    const alerts = SOURCES[source].read(request(body, { query }))
    assert.ok(alerts.length <= ALERTS_MAX + 1)
    alerts.forEach(isBounded)
  }
}

test('any JSON is read without a fault, within bounds', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4, stringUnit: 'binary' }), (body) => readAll(body)),
    { numRuns: runs(300) },
  )
})

test('any bytes are, and any address', () => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(bytes, fc.string(), (body, query) => readAll(Buffer.from(body), query)),
    { numRuns: runs(200) },
  )
})

/** Puts something else in one place of a real payload, however deep. */
function changed(value: unknown, path: number, other: unknown): unknown {
  let left = path
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return other
    if (Array.isArray(node)) return node.map(walk)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, walk(child)]))
  }
  return walk(value)
}

const FIXTURES = readdirSync(new URL('../../fixtures/hooks/', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(payload(name).toString()) as unknown)

test('a real payload with something odd in any place is read without a fault, within bounds', () => {
  const long = fc.constantFrom('x'.repeat(5000), '\ud800', '\u0000'.repeat(50), '9'.repeat(400))
  const odd = fc.oneof(
    fc.constantFrom(null, true, -1, 1e308, [], {}, [[]], '', { toString: 1 }),
    long,
    fc.string({ unit: 'binary' }),
    fc.jsonValue({ maxDepth: 2 }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...FIXTURES), fc.nat(60), odd, (body, path, other) =>
      readAll(JSON.stringify(changed(body, path, other)) ?? ''),
    ),
    { numRuns: runs(600) },
  )
})

test('names of prototypes are names, and depth is no fault', () => {
  const evil = '{"__proto__":{"x":1},"constructor":"y","labels":{"__proto__":"z"},"title":"t"}'
  readAll(evil)
  readAll(`{"alerts":[${evil}]}`)
  readAll(`${'['.repeat(60_000)}${']'.repeat(60_000)}`)
  readAll(`{"payload":${'{"custom_details":'.repeat(5000)}1${'}'.repeat(5000)},"title":"t"}`)
  assert.equal(({} as { x?: number }).x, undefined)
})

test('as much as fits into one body is read, and what is left out is said', () => {
  const alerts = Array.from({ length: 5000 }, (_, n) => ({ labels: { alertname: `a${n}` } }))
  const read = SOURCES.alertmanager.read(request(JSON.stringify({ alerts })))
  assert.equal(read.length, ALERTS_MAX + 1)
  assert.match(say(read.at(-1)?.title ?? '', 'en'), /^4000 more alerts/)
})

test('no forged signature is taken for one, whatever the headers hold', () => {
  const keys = [new Secret('k1'), new Secret('k2')]
  const value = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{64}$/), fc.constant(''))
  const names = ['x-pagerduty-signature', 'sentry-hook-signature', 'x-grafana-alerting-signature']
  const more = ['x-ops-signature', 'x-ops-timestamp', 'x-grafana-alerting-timestamp']
  const headers = fc.dictionary(
    fc.constantFrom(...names, ...more),
    fc.oneof(value, fc.array(value)),
  )
  fc.assert(
    fc.property(headers, fc.json(), (some, body) => {
      for (const source of RECEIVERS)
        assert.equal(SOURCES[source].verify(request(body, { headers: some }), keys, CAME).ok, false)
    }),
    { numRuns: runs(300) },
  )
})
