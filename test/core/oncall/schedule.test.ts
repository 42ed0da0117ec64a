import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Rotation } from '../../../src/core/oncall/rotation.ts'
import {
  NOBODY,
  nextInTurn,
  type Override,
  personAt,
  type Schedule,
  shiftAt,
  shiftsFrom,
  shiftsIn,
} from '../../../src/core/oncall/schedule.ts'
import {
  withoutOverrides,
  withOverride,
  withRotation,
} from '../../../src/core/oncall/schedule-change.ts'
import { runs } from '../../helpers/runs.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 9, 20, 12)
const person = (n: number) => ({ key: `discord:${n}`, name: `P${n}` })
const ANA = person(1)
const BEN = person(2)
const CEM = person(3)

const rotation = (more: Partial<Rotation> = {}): Rotation => ({
  people: [ANA, BEN],
  days: 7,
  anchor: '2026-10-20T09:00',
  zone: 'Europe/Berlin',
  since: NOW,
  until: null,
  ...more,
})
const override = (from: number, until: number, who = CEM): Override => ({
  from,
  until,
  person: who,
  by: 'discord:100',
  at: NOW,
})
const times = fc.integer({ min: 0, max: 40 * 24 }).map((hours) => NOW + hours * 3_600_000)
const spans = fc
  .tuple(times, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 3, max: 5 }))
  .map(([from, hours, who]) => override(from, from + hours * 3_600_000, person(who)))
const schedules: fc.Arbitrary<Schedule> = fc
  .record({
    first: fc.constantFrom(1, 2, 7),
    second: fc.option(fc.record({ days: fc.constantFrom(1, 3), since: times }), { nil: undefined }),
    ends: fc.option(times, { nil: null }),
    overrides: fc.array(spans, { maxLength: 4 }),
    zone: fc.constantFrom('Europe/Berlin', 'America/Santiago', 'Asia/Taipei'),
  })
  .map(({ first, second, ends, overrides, zone }) => {
    const one = withRotation(NOBODY, rotation({ days: first, zone, until: ends }), NOW)
    const two = second && rotation({ ...second, zone, people: [BEN, CEM, person(4)] })
    return { ...(two ? withRotation(one, two, NOW) : one), overrides }
  })

test('schedule: shifts cover a stretch of time once, each with whoever is on call in it', () => {
  fc.assert(
    fc.property(schedules, times, fc.integer({ min: 1, max: 30 }), (schedule, from, days) => {
      const to = from + days * DAY_MS
      const shifts = shiftsIn(schedule, from, to)
      assert.equal(shifts[0]?.from, from)
      assert.equal(shifts.at(-1)?.to, to)
      for (const [n, shift] of shifts.entries()) {
        const end = shift.to ?? 0
        assert.ok(shift.from < end)
        for (const at of [shift.from, Math.floor((shift.from + end) / 2), end - 1])
          assert.equal(personAt(schedule, at)?.key, shift.person?.key)
        const next = shifts[n + 1]
        if (next === undefined) continue
        assert.equal(next.from, end)
        assert.notEqual(next.person?.key, shift.person?.key)
      }
    }),
  )
})

test('schedule: what is shown of a stretch of time says of its last shift when it is really over', () => {
  fc.assert(
    fc.property(schedules, times, fc.integer({ min: 1, max: 30 }), (schedule, from, days) => {
      const to = from + days * DAY_MS
      const shown = shiftsFrom(schedule, from, to)
      assert.deepEqual(shown.slice(0, -1), shiftsIn(schedule, from, to).slice(0, -1))
      const last = shown.at(-1) ?? assert.fail()
      assert.ok(last.from < to)
      assert.equal(last.to, shiftAt(schedule, last.from).to)
      assert.ok(last.to === null || last.to >= to)
    }),
    { numRuns: runs(100) },
  )
})

test('schedule: an override wins over every turn, the one made last over those before it', () => {
  fc.assert(
    fc.property(schedules, spans, times, (schedule, one, at) => {
      const after = withOverride(schedule, one, NOW)
      const inside = one.from <= at && at < one.until
      assert.deepEqual(personAt(after, at), inside ? one.person : personAt(schedule, at))
    }),
  )
})

test('schedule: overrides taken out of a stretch leave turns there and all else as it was', () => {
  fc.assert(
    fc.property(schedules, spans, times, (schedule, { from, until }, at) => {
      const after = withoutOverrides(schedule, { from, until }, NOW)
      const bare = { ...schedule, overrides: [] }
      const inside = from <= at && at < until
      assert.deepEqual(personAt(after, at), personAt(inside ? bare : schedule, at))
    }),
  )
})

test('schedule: a new rotation counts from its beginning, and until then nothing changes', () => {
  fc.assert(
    fc.property(schedules, times, times, (schedule, since, at) => {
      const alone = rotation({ people: [person(9)], since })
      const after = withRotation({ ...schedule, overrides: [] }, alone, NOW)
      const before = personAt({ ...schedule, overrides: [] }, at)
      assert.deepEqual(personAt(after, at), at < since ? before : person(9))
    }),
  )
})

test('schedule: without a rotation nobody is on call, and that does not end', () => {
  assert.deepEqual(shiftAt(NOBODY, NOW), { from: NOW, to: null, person: null, override: false })
  const ends = withRotation(NOBODY, rotation({ until: NOW + DAY_MS }), NOW)
  assert.equal(personAt(ends, NOW + DAY_MS - 1)?.name, 'P1')
  assert.equal(shiftAt(ends, NOW + DAY_MS).person, null)
})

test('schedule: one person alone never hands over', () => {
  const alone = withRotation(NOBODY, rotation({ people: [ANA], days: 1 }), NOW)
  assert.deepEqual(shiftAt(alone, NOW), { from: NOW, to: null, person: ANA, override: false })
  assert.equal(nextInTurn(alone, NOW), null)
})

test('schedule: an override for whoever has the turn anyway makes no second shift', () => {
  const plain = withRotation(NOBODY, rotation(), NOW)
  const same = withOverride(plain, override(NOW + 3600_000, NOW + 7200_000, ANA), NOW)
  assert.deepEqual(shiftAt(same, NOW).to, shiftAt(plain, NOW).to)
})

test('schedule: next in turn is somebody else than who is on call, stand-ins included', () => {
  const plain = withRotation(NOBODY, rotation({ people: [ANA, BEN, CEM] }), NOW)
  assert.equal(nextInTurn(plain, NOW)?.name, 'P2')
  const stand = withOverride(plain, override(NOW, NOW + DAY_MS, BEN), NOW)
  assert.equal(nextInTurn(stand, NOW)?.name, 'P3')
})

test('schedule: what has been over for long is forgotten', () => {
  const old = withOverride(withRotation(NOBODY, rotation(), NOW), override(NOW, NOW + 1), NOW)
  const later = NOW + 40 * DAY_MS
  const kept = withRotation(old, rotation({ since: later }), later)
  assert.equal(kept.rotations.length, 2)
  assert.equal(kept.overrides.length, 0)
  const last = withRotation(kept, rotation({ since: later + DAY_MS }), later + 80 * DAY_MS)
  assert.equal(last.rotations.length, 1)
  assert.equal(last.rev, 4)
})

test('schedule: of two who stand in at one moment, the one made last does', () => {
  const [from, until] = [NOW + DAY_MS, NOW + 2 * DAY_MS]
  const both = [override(from, until, CEM), override(from, until, person(4))]
  const schedule = both.reduce((all, one) => withOverride(all, one, NOW), NOBODY)
  assert.deepEqual(personAt(schedule, from), person(4))
})
