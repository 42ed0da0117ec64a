import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert } from '../../../src/core/oncall/alert.ts'
import type { Receiver } from '../../../src/core/oncall/route.ts'
import { say } from '../../../src/core/text.ts'
import { SOURCES } from '../../../src/oncall/receivers/index.ts'
import { CAME, payload, request } from '../../helpers/hooks.ts'

/** An alert in one line a person can check: status severity key app title | text | evidence | links. */
const line = (alert: Alert): string =>
  [
    `${alert.status} ${alert.severity} ${alert.key} ${alert.app ?? '-'} ${alert.machine ?? '-'}${alert.down ? ' DOWN' : ''}`,
    `${say(alert.title, 'en')} — ${say(alert.text, 'en')} (${alert.rule})`,
    alert.evidence.map(([what, value]) => `${say(what, 'en')}=${say(value, 'en')}`).join('; '),
    alert.links.map(({ label, url }) => `${say(label, 'en')} ${url}`).join('; '),
    `${time(alert.since)} ${time(alert.at)}`,
  ].join('\n')
const time = (ms: number): string => new Date(ms).toISOString().slice(11, 19)

const readOf = (source: Receiver, name: string): readonly Alert[] =>
  SOURCES[source].read(request(payload(name)))

const TABLE: ReadonlyArray<readonly [Receiver, fixture: string]> = [
  ['alertmanager', 'alertmanager.firing.json'],
  ['alertmanager', 'alertmanager.truncated.json'],
  ['grafana', 'grafana.firing.json'],
  ['pagerduty', 'pagerduty.triggered.json'],
  ['pagerduty', 'pagerduty.resolved.json'],
  ['pagerduty', 'pagerduty.annotated.json'],
  ['sentry', 'sentry.event-alert.json'],
  ['sentry', 'sentry.metric-alert.json'],
  ['sentry', 'sentry.issue-resolved.json'],
  ['healthchecks', 'healthchecks.down.json'],
  ['uptime-kuma', 'uptime-kuma.down.json'],
  ['uptime-kuma', 'uptime-kuma.up.json'],
  ['uptime-kuma', 'uptime-kuma.test.json'],
  ['uptimerobot', 'uptimerobot.down.form'],
  ['uptimerobot', 'uptimerobot.up.json'],
  ['netdata', 'netdata.alert.json'],
  ['netdata', 'netdata.reachability.json'],
  ['events', 'events.trigger.json'],
  ['events', 'events.resolve.json'],
  ['generic', 'generic.firing.json'],
]
for (const [source, fixture] of TABLE)
  test(`${fixture} is read`, (t) => {
    t.assert.snapshot(readOf(source, fixture).map(line).join('\n\n'), {
      serializers: [(value: unknown) => String(value)],
    })
  })

test('what is over has the key of what began', () => {
  const pairs: ReadonlyArray<readonly [Receiver, string, string]> = [
    ['pagerduty', 'pagerduty.triggered.json', 'pagerduty.resolved.json'],
    ['sentry', 'sentry.event-alert.json', 'sentry.issue-resolved.json'],
    ['uptime-kuma', 'uptime-kuma.down.json', 'uptime-kuma.up.json'],
    ['uptimerobot', 'uptimerobot.down.form', 'uptimerobot.up.json'],
    ['events', 'events.trigger.json', 'events.resolve.json'],
  ]
  for (const [source, down, up] of pairs) {
    const [began, over] = [readOf(source, down)[0], readOf(source, up)[0]]
    assert.deepEqual([began?.status, over?.status], ['firing', 'resolved'], source)
    assert.equal(began?.key, over?.key, source)
    assert.ok((over?.at ?? 0) >= (began?.at ?? 1), source)
  }
})

/** The same payload with what its source writes when it is over. */
const OVER: ReadonlyArray<readonly [Receiver, fixture: string, from: string, to: string]> = [
  ['alertmanager', 'alertmanager.truncated.json', '"status":"firing"', '"status":"resolved"'],
  ['grafana', 'grafana.firing.json', '"status":"firing"', '"status":"resolved"'],
  ['healthchecks', 'healthchecks.down.json', '"status":"down"', '"status":"up"'],
  ['netdata', 'netdata.alert.json', '"severity":"critical"', '"severity":"clear"'],
  ['netdata', 'netdata.reachability.json', '"reachable":false', '"reachable":true'],
  ['sentry', 'sentry.metric-alert.json', '"action":"critical"', '"action":"resolved"'],
  ['generic', 'generic.firing.json', '"alerting"', '"ok"'],
]
for (const [source, fixture, from, to] of OVER)
  test(`${fixture} with ${to} is over, under the key of what began`, () => {
    const body = payload(fixture).toString()
    assert.ok(body.includes(from), body)
    const [began] = readOf(source, fixture)
    const [over] = SOURCES[source].read(request(body.replaceAll(from, to)))
    assert.deepEqual([began?.status, over?.status], ['firing', 'resolved'])
    assert.equal(over?.key, began?.key)
    assert.equal(over?.group, began?.group)
  })

test('alerts of one group are one incident, in whatever order they come', () => {
  const [one, two] = readOf('alertmanager', 'alertmanager.firing.json')
  assert.equal(one?.group, two?.group)
  assert.notEqual(one?.key, two?.key)
})

test('the routing key and other secrets are nowhere in what is kept', () => {
  const kept = JSON.stringify(readOf('events', 'events.trigger.json'))
  assert.doesNotMatch(kept, /R0UT1NG|tok3n/)
})

test('links lead to the web, without passwords and without secrets', () => {
  const linkOf = (url: string) =>
    SOURCES.generic
      .read(request(JSON.stringify({ title: 't', link_to_upstream_details: url })))[0]
      ?.links.map((link) => link.url)
  assert.deepEqual(linkOf('https://x.example/a'), ['https://x.example/a'])
  const bad = [
    'javascript:alert(1)',
    'data:text/html,x',
    'tg://resolve?domain=x',
    'file:///etc/passwd',
    '//x.example',
    'https://user:pass@x.example/',
    'https://x.example/?token=abcdefgh1234',
    'https://x.example/hooks/generic/abcdefghijklmnop',
    `https://x.example/${'a'.repeat(600)}`,
  ]
  for (const url of bad) assert.deepEqual(linkOf(url), [], url)
})

test('nothing comes from the future, and nothing turns text around', () => {
  const body = { title: '\u202eevil\u0000\u001b[31m\n@everyone\tx', at: '2126-01-01T00:00:00Z' }
  const [alert] = SOURCES.generic.read(request(JSON.stringify(body)))
  assert.equal(alert?.at, CAME)
  assert.equal(alert?.title, 'evil @everyone x')
})

test('UptimeRobot may put its variables behind the address', () => {
  const query = payload('uptimerobot.down.form').toString()
  const [asQuery] = SOURCES.uptimerobot.read(request('', { query }))
  assert.deepEqual(asQuery, readOf('uptimerobot', 'uptimerobot.down.form')[0])
})

test('the machine is the label that names one, whatever the others hold', () => {
  const id = 'd8912345c67890'
  const machineOf = (labels: object) => {
    const body = JSON.stringify({ version: '4', alerts: [{ status: 'firing', labels }] })
    return SOURCES.alertmanager.read(request(body))[0]?.machine
  }
  assert.equal(machineOf({ alertname: 'a', instance: '10.0.0.1:9100', fly_machine_id: id }), id)
  assert.equal(machineOf({ alertname: 'a', machine: 'web-1', instance: id }), id)
  assert.equal(machineOf({ alertname: 'a', instance: '10.0.0.1:9100' }), null)
})
