import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apply } from '../../../src/core/oncall/incident-apply.ts'
import { readIncidentId } from '../../../src/core/oncall/incident-id.ts'
import { type Incident, type IncidentEvent, RULES } from '../../../src/core/oncall/incident.ts'
import { START } from '../../helpers/clock.ts'
import { alertOf, LADDER } from '../../helpers/incidents.ts'

const ANA = { key: 'discord:400', name: 'Ana' }
const BEN = { key: 'telegram:401', name: 'Ben' }

/** One event a millisecond, each seen from a world in which nothing speaks against calling people. */
const run = (events: readonly IncidentEvent[]): Incident | undefined =>
  events.reduce<Incident | undefined>((incident, event, n) => {
    const around = { now: START + n, rules: RULES, id: 'I-000000', ladder: LADDER, mute: null }
    return apply(incident, event, around)?.incident
  }, undefined)

const CASES: ReadonlyArray<
  readonly [
    name: string,
    events: readonly IncidentEvent[],
    seen: (one: Incident) => unknown,
    want: unknown,
  ]
> = [
  ['info calls nobody', [fire({ severity: 'info' })], (one) => one.paged, 0],
  ['a test calls nobody', [fire({ source: 'test' })], (one) => one.paged, 0],
  ['a drill calls nobody', [fire({ source: 'drill' })], (one) => one.paged, 0],
  [
    'the worst that lasts is the severity',
    [fire({ severity: 'warning' }), fire({ key: 'b' })],
    (one) => one.severity,
    'critical',
  ],
  [
    'a second person does not get it by ack',
    [fire(), { do: 'ack', by: ANA }, { do: 'ack', by: BEN }],
    (one) => one.owner?.name,
    'Ana',
  ],
  [
    'take over gets it',
    [fire(), { do: 'ack', by: ANA }, { do: 'take', by: BEN }],
    (one) => one.owner?.name,
    'Ben',
  ],
  [
    'the source’s end beats an ack',
    [fire(), { do: 'ack', by: ANA }, fire({ status: 'resolved' })],
    (one) => [one.state, one.owner, one.remindAt],
    ['resolved', null, null],
  ],
  [
    'one of two troubles ends: it lasts',
    [fire(), fire({ key: 'b' }), fire({ status: 'resolved' })],
    (one) => one.state,
    'firing',
  ],
  [
    'the owner hears that it got worse',
    [fire({ severity: 'warning' }), { do: 'ack', by: ANA }, fire({ key: 'b' })],
    (one) => one.pages.at(-1)?.why,
    'worse',
  ],
  [
    'a silence with an end in the past is none',
    [fire(), { do: 'silence', by: ANA, until: START }],
    (one) => one.silence,
    null,
  ],
  [
    'a late word of what was told changes nothing',
    [fire({ at: START + 50 }), fire({ at: START, status: 'resolved' })],
    (one) => one.state,
    'firing',
  ],
  [
    'long foreign words are cut',
    [fire({ text: 'x'.repeat(5000), title: 'y'.repeat(500) })],
    (one) => JSON.stringify(one).length < 6000,
    true,
  ],
]
function fire(more: Parameters<typeof alertOf>[0] = {}): IncidentEvent {
  return { do: 'alert', alert: alertOf(more) }
}
for (const [name, events, seen, want] of CASES)
  test(`rule: ${name}`, () => {
    const incident = run(events)
    assert.ok(incident)
    assert.deepEqual(seen(incident), want)
  })

test('the end alone begins nothing', () => {
  assert.equal(run([fire({ status: 'resolved' })]), undefined)
})

test('ids as people type them', () => {
  const typed = ['I-7K3M9Q', 'i-7k3m9q', '7k3m9q', '#I-7K3M9Q', ' 7K3M9Q ', 'I7K3M9Q']
  for (const one of typed) assert.equal(readIncidentId(one), 'I-7K3M9Q', one)
  for (const one of ['', 'I-', 'J-7K3M9Q', 'I-7K3M9', 'I-7K3M9QQ'])
    assert.equal(readIncidentId(one), undefined, one)
})
