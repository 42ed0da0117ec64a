import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ESCALATE, ladderAt } from '../../../src/core/oncall/escalation.ts'
import type { Rotation } from '../../../src/core/oncall/rotation.ts'
import { NOBODY, type Schedule } from '../../../src/core/oncall/schedule.ts'

const NOW = Date.UTC(2026, 9, 20, 12)
const person = (n: number) => ({ key: `discord:${n}`, name: `P${n}` })
const withPeople = (count: number, since = NOW): Schedule => {
  const rotation: Rotation = {
    people: Array.from({ length: count }, (_, n) => person(n)),
    days: 7,
    anchor: '2026-10-20T09:00',
    zone: 'UTC',
    since,
    until: null,
  }
  return { ...NOBODY, rotations: count === 0 ? [] : [rotation] }
}
const SEVERITY = fc.constantFrom('critical' as const, 'warning' as const, 'info' as const)

test('escalation: times ascend from 0, no rung is empty, and the last one holds every owner', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 9 }).map(person), { minLength: 1, maxLength: 6 }),
      SEVERITY,
      (count, owners, severity) => {
        const levels = ladderAt(withPeople(count), owners, { severity, now: NOW })
        assert.equal(levels[0]?.afterMs, 0)
        for (const [n, { afterMs, people }] of levels.entries()) {
          assert.ok(people.length > 0)
          assert.ok(n === 0 || afterMs > (levels[n - 1]?.afterMs ?? 0))
          assert.equal(new Set(people.map(({ key }) => key)).size, people.length)
        }
        const last = levels.at(-1)?.people.map(({ key }) => key)
        for (const { key } of owners) assert.ok(last?.includes(key))
      },
    ),
  )
})

test('escalation: on call, then the next in turn, then everybody who rules', () => {
  const levels = ladderAt(withPeople(3), [person(8)], { severity: 'critical', now: NOW })
  const [next, all] = ESCALATE.critical
  assert.deepEqual(levels, [
    { afterMs: 0, people: [person(0)] },
    { afterMs: next, people: [person(1)] },
    { afterMs: all, people: [person(8)] },
  ])
})

test('escalation: one person alone has nobody behind but the owners; a gap asks these at once', () => {
  const ask = { severity: 'warning', now: NOW } as const
  const alone = ladderAt(withPeople(1), [person(8)], ask)
  assert.deepEqual(
    alone.map(({ people }) => people[0]?.name),
    ['P0', 'P8'],
  )
  const gap = ladderAt(withPeople(3, NOW + 1), [person(8)], ask)
  assert.deepEqual(
    gap.map(({ afterMs, people }) => [afterMs, people[0]?.name]),
    [
      [0, 'P8'],
      [ESCALATE.warning[1], 'P8'],
    ],
  )
})
