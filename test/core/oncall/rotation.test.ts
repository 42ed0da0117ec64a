import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { handover, personOf, type Rotation, turnAt } from '../../../src/core/oncall/rotation.ts'

/** Both hemispheres, half-hour changes, clocks changed at midnight, a left-out day, no changes at all. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Asia/Taipei',
  'UTC',
]
const person = (n: number) => ({ key: `discord:${n}`, name: `P${n}` })
const two = (n: number) => String(n).padStart(2, '0')

const rotations: fc.Arbitrary<Rotation> = fc
  .record({
    count: fc.integer({ min: 1, max: 5 }),
    days: fc.oneof(fc.constantFrom(1, 7), fc.integer({ min: 1, max: 30 })),
    day: fc.date({ min: new Date('2009-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.constantFrom(0, 15, 30, 59),
    zone: fc.constantFrom(...ZONES),
  })
  .map(({ count, days, day, hour, minute, zone }) => ({
    people: Array.from({ length: count }, (_, n) => person(n)),
    days,
    anchor: `${day.toISOString().slice(0, 10)}T${two(hour)}:${two(minute)}`,
    zone,
    since: 0,
    until: null,
  }))
const moments = fc.integer({ min: Date.UTC(2009, 0), max: Date.UTC(2029, 0) })

/** What a clock on a wall in the zone shows, by the engine's own tables and not by the library under test. */
function wall(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

test('rotation: every moment lies in one turn, and turns follow each other without a gap', () => {
  fc.assert(
    fc.property(rotations, moments, (rotation, at) => {
      const turn = turnAt(rotation, at)
      assert.ok(turn.from <= at && at < turn.to)
      assert.equal(turn.to, handover(rotation, turn.n + 1))
      assert.equal(turnAt(rotation, turn.to).from, turn.to)
      assert.equal(turnAt(rotation, turn.to - 1).n, turn.n)
      assert.ok(rotation.people.includes(personOf(rotation, turn.n)))
    }),
  )
})

test('rotation: a handover is when the clock on the wall says so, also after the clocks were changed', () => {
  fc.assert(
    fc.property(rotations, moments, (rotation, at) => {
      const { from } = turnAt(rotation, at)
      const time = rotation.anchor.slice(11)
      const seen = wall(from, rotation.zone)
      // Left out by the clock's change: then nobody in the zone sees that time on that day, and it is later.
      const shown = seen.slice(11) === time || isLeftOut(from, time, rotation.zone)
      assert.ok(shown, `${time} is handed over at ${seen} ${rotation.zone}`)
    }),
  )
})

/** Whether the wall showed the time nowhere on that day before this moment. */
function isLeftOut(at: number, time: string, zone: string): boolean {
  const day = Array.from({ length: 26 * 60 }, (_, minute) => at - minute * 60_000)
  const today = wall(at, zone)
  return !day.some((moment) => {
    const seen = wall(moment, zone)
    return seen.slice(0, 10) === today.slice(0, 10) && seen.slice(11) === time
  })
}

test('rotation: turns go round in order, before the first handover, too', () => {
  fc.assert(
    fc.property(rotations, fc.integer({ min: -500, max: 500 }), (rotation, n) => {
      const { people } = rotation
      assert.equal(personOf(rotation, n), personOf(rotation, n + people.length))
      if (people.length > 1) assert.notEqual(personOf(rotation, n), personOf(rotation, n + 1))
      assert.equal(personOf(rotation, 0), people[0])
    }),
  )
})

const HOUR_MS = 3_600_000
const daily = (anchor: string, zone: string): Rotation => ({
  people: [person(1), person(2)],
  days: 1,
  anchor,
  zone,
  since: 0,
  until: null,
})
const CHANGES: ReadonlyArray<readonly [zone: string, day: string, hours: number]> = [
  ['Europe/Berlin', '2026-03-28', 23],
  ['Europe/Berlin', '2026-10-24', 25],
  ['America/New_York', '2026-03-07', 23],
  ['America/New_York', '2026-10-31', 25],
  ['Australia/Lord_Howe', '2026-04-04', 24.5],
  ['Australia/Lord_Howe', '2026-10-03', 23.5],
  ['Asia/Taipei', '2026-03-28', 24],
]
for (const [zone, day, hours] of CHANGES)
  test(`rotation: the daily shift of ${day} from 17:30 in ${zone} has ${hours} hours`, () => {
    const rotation = daily(`${day}T17:30`, zone)
    assert.equal((handover(rotation, 1) - handover(rotation, 0)) / HOUR_MS, hours)
    assert.equal(wall(handover(rotation, 1), zone).slice(11), '17:30')
  })

test('rotation: a time that the clock leaves out is handed over at an hour later, one that comes twice at the first', () => {
  const spring = daily('2026-03-28T02:30', 'Europe/Berlin')
  assert.equal(new Date(handover(spring, 1)).toISOString(), '2026-03-29T01:30:00.000Z')
  assert.equal(new Date(handover(spring, 2)).toISOString(), '2026-03-30T00:30:00.000Z')
  const autumn = daily('2026-10-24T02:30', 'Europe/Berlin')
  assert.equal(new Date(handover(autumn, 1)).toISOString(), '2026-10-25T00:30:00.000Z')
})
