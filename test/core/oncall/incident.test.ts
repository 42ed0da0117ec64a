import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { apply } from '../../../src/core/oncall/incident-apply.ts'
import { type Incident, type IncidentEvent, RULES } from '../../../src/core/oncall/incident.ts'
import { START } from '../../helpers/clock.ts'
import { alertOf, LADDER } from '../../helpers/incidents.ts'
import { runs } from '../../helpers/runs.ts'

const ANA = { key: 'discord:400', name: 'Ana' }
const BEN = { key: 'telegram:401', name: 'Ben' }
const MINUTE = 60_000

type Moment = { readonly event: IncidentEvent; readonly after: number }

const alerts = fc
  .record({
    key: fc.constantFrom('a', 'b', 'c'),
    status: fc.constantFrom('firing' as const, 'resolved' as const),
    severity: fc.constantFrom('critical' as const, 'warning' as const, 'info' as const),
    // Some come late: what is newer is known already.
    late: fc.constantFrom(0, 0, 0, 5 * MINUTE),
  })
  .map(({ late, ...more }) => ({ late, more }))
const people = fc.record({
  do: fc.constantFrom('ack' as const, 'take' as const, 'unack' as const, 'resolve' as const),
  by: fc.constantFrom(ANA, BEN),
})
const steps = fc.array(
  fc.record({
    after: fc.constantFrom(1, MINUTE, 9 * MINUTE, 31 * MINUTE),
    what: fc.oneof(
      alerts.map((alert) => ({ alert })),
      people.map((event) => ({ event })),
      fc.constant({ event: { do: 'timer' as const } }),
      fc.constant({ event: { do: 'silence' as const, by: ANA, until: START + 60 * MINUTE } }),
      fc.constant({ event: { do: 'note' as const, by: BEN, text: 'hm', id: 'n1' } }),
      fc.constant({ event: { do: 'unsilence' as const, by: BEN } }),
    ),
  }),
  { maxLength: 40 },
)

/** The same rules, said as simply as can be: newest word of each key, and who has it. */
function oracle(moments: readonly Moment[]) {
  const told = new Map<string, { at: number; firing: boolean }>()
  let state: 'none' | 'firing' | 'acknowledged' | 'resolved' = 'none'
  let owner: string | null = null
  let over = 0
  let closed = false
  let asked = { remind: Infinity, answer: Infinity }
  const pass = (now: number) => {
    if (state === 'resolved' && now >= over) closed = true
    if (state !== 'acknowledged') return
    if (now >= asked.answer) {
      state = 'firing'
      owner = null
    } else if (asked.answer === Infinity && now >= asked.remind)
      asked = { remind: Infinity, answer: now + RULES.answerMs }
  }
  let now = START
  let resolvedAt = 0
  const fresh = () => ({ remind: now + RULES.remindMs, answer: Infinity })
  for (const { event, after } of moments) {
    now += after
    pass(now)
    if (event.do === 'alert' && !closed) {
      const { key, at, status } = event.alert
      const before = told.get(key)
      const firing = status === 'firing'
      const isNew =
        before === undefined
          ? firing
          : at > before.at || (at === before.at && before.firing && !firing)
      if (isNew && (firing || state !== 'none')) {
        told.set(key, { at, firing })
        const lasts = [...told.values()].some((one) => one.firing)
        if (state === 'none') state = 'firing'
        else if (state === 'resolved') {
          if (firing && at > resolvedAt) state = 'firing'
        } else if (!lasts) {
          state = 'resolved'
          owner = null
          resolvedAt = at
          over = now + RULES.reopenMs
        }
      }
    } else if (state !== 'none' && state !== 'resolved' && 'by' in event) {
      const { key } = event.by
      const mine = owner === key
      if (event.do === 'resolve') {
        state = 'resolved'
        owner = null
        resolvedAt = now
        over = now + RULES.reopenMs
      } else if (event.do === 'unack' && state === 'acknowledged') {
        state = 'firing'
        owner = null
      } else if ((event.do === 'ack' && owner === null) || (event.do === 'take' && !mine)) {
        state = 'acknowledged'
        owner = key
        asked = fresh()
      } else if ((event.do === 'ack' || event.do === 'take') && mine && asked.answer < Infinity)
        asked = fresh()
    }
    pass(now)
  }
  return { state, owner }
}

/** The note answers a reminder too, so the oracle is not asked about runs in which one falls into that time. */
const isPlain = ({ event }: Moment) => event.do !== 'note'

function momentsOf(list: readonly object[]): readonly Moment[] {
  let now = START
  return (list as ReadonlyArray<{ after: number; what: object }>).map(({ after, what }) => {
    now += after
    if ('event' in what) return { after, event: what.event as IncidentEvent }
    const { late, more } = (what as { alert: { late: number; more: object } }).alert
    return { after, event: { do: 'alert', alert: alertOf({ ...more, at: now - late }) } }
  })
}

function run(
  moments: readonly Moment[],
  each: (incident: Incident, now: number) => void = () => {},
) {
  let now = START
  let incident: Incident | undefined
  for (const { event, after } of moments) {
    now += after
    const lasts = 'no' as const
    const known = { ladder: LADDER, places: [], mute: null, lasts }
    const around = { now, rules: RULES, id: 'I-000000', ...known }
    const once = apply(incident, event, around)
    if (once === undefined) continue
    const twice = apply(once.incident, event, around)
    assert.equal(twice?.incident, once.incident, `${event.do} again changes nothing`)
    // As it comes back from the store.
    incident = JSON.parse(JSON.stringify(once.incident)) as Incident
    assert.deepEqual(incident, once.incident, 'plain JSON')
    each(incident, now)
  }
  return incident
}

test('model: state and owner are what the simple rules say, and every event is idempotent', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const moments = momentsOf(list).filter(isPlain)
      const incident = run(moments)
      const { state, owner } = oracle(moments)
      assert.equal(incident?.state ?? 'none', state)
      assert.equal(incident?.owner?.key ?? null, owner)
    }),
    { numRuns: runs(400) },
  )
})

test('bounded, and never a timer in the past once everything was looked up', () => {
  const nothing = { lines: [] }
  const found = {
    do: 'found',
    found: { logs: nothing, checks: { failing: [] }, changes: { list: [] }, similar: null },
  } as const
  fc.assert(
    fc.property(steps, (list) => {
      const first = { after: 0, event: { do: 'alert', alert: alertOf() } } as const
      run([first, { after: 0, event: found }, ...momentsOf(list)], (incident, now) => {
        if (incident.found !== null) assert.ok((incident.timer.at ?? Infinity) > now)
        assert.ok(incident.log.length <= 60 && incident.alerts.length <= 8)
        assert.ok(incident.pages.every(({ people: called }) => called.length > 0))
        assert.equal(incident.closed && incident.state !== 'resolved', false)
      })
    }),
    { numRuns: runs(300) },
  )
})
