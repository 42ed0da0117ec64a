import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OpsError } from '../../../src/core/errors.ts'
import { localTime, readMoment, readPointAfter } from '../../../src/core/oncall/moment.ts'
import { readPeople, readRotation } from '../../../src/core/oncall/schedule-input.ts'
import { say } from '../../../src/core/text.ts'
import { runs } from '../../helpers/runs.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
const AFTER = Date.UTC(2026, 9, 24, 20)

const POINTS: ReadonlyArray<readonly [typed: string, zone: string, at: string]> = [
  ['17:30', 'UTC', '2026-10-25T17:30:00.000Z'],
  ['22:30', 'Europe/Berlin', '2026-10-24T20:30:00.000Z'],
  ['17:30', 'Europe/Berlin', '2026-10-25T16:30:00.000Z'],
  ['17:30 Asia/Taipei', 'UTC', '2026-10-25T09:30:00.000Z'],
  ['17:30[Asia/Taipei]', 'UTC', '2026-10-25T09:30:00.000Z'],
  ['2026-12-01T09:00', 'America/New_York', '2026-12-01T14:00:00.000Z'],
  ['2026-12-01 09:00', 'UTC', '2026-12-01T09:00:00.000Z'],
  ['2026-12-01T09:00 asia/taipei', 'UTC', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01T09:00Z', 'Asia/Taipei', '2026-12-01T09:00:00.000Z'],
  ['2026-12-01T09:00+08:00', 'UTC', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01', 'UTC', '2026-12-01T00:00:00.000Z'],
  ['4h', 'Asia/Taipei', '2026-10-25T00:00:00.000Z'],
]
for (const [typed, zone, at] of POINTS)
  test(`moment: “${typed}” in ${zone} is ${at}`, () => {
    assert.equal(iso(readPointAfter(typed, zone, AFTER)), at)
  })

test('moment: whatever is typed is read or refused with words, and a time of day comes within a day', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[\d:TZ+ \-[\]A-Za-z/]{1,30}$/)),
      (typed) => {
        try {
          const moment = readMoment(typed, 'Europe/Berlin')
          const at = readPointAfter(typed, 'Europe/Berlin', AFTER)
          if (moment.kind === 'time') assert.ok(at > AFTER && at - AFTER <= 25 * 3_600_000)
        } catch (error) {
          assert.ok(error instanceof OpsError && error.hint !== undefined, String(error))
        }
      },
    ),
    { numRuns: runs(300) },
  )
})

test('moment: a local time is said in the zone’s own days', () => {
  const at = Date.UTC(2026, 10, 22, 23, 5)
  assert.equal(say(localTime(at, 'Asia/Taipei'), 'en'), 'Mon 11-23 07:05')
  assert.equal(say(localTime(at, 'UTC', true), 'zh-TW'), '週日 2026-11-22 23:05')
})

test('people: mentions, ids and names, by comma or space; whoever is known keeps the name', () => {
  const known = [{ key: 'telegram:42', name: 'Ben' }]
  assert.deepEqual(readPeople('<@1>, telegram:42 Ana=discord:3,李=<@!4>', known), [
    { key: 'discord:1', name: 'discord:1' },
    { key: 'telegram:42', name: 'Ben' },
    { key: 'discord:3', name: 'Ana' },
    { key: 'discord:4', name: '李' },
  ])
  assert.throws(() => readPeople(Array(21).fill('<@1>').join(), []), /1 to 20 people/)
})

const ROTATIONS: ReadonlyArray<readonly [typed: string, days: number]> = [
  ['daily', 1],
  ['Weekly', 7],
  ['3d', 3],
  ['10 days', 10],
  ['2w', 14],
]
for (const [typed, days] of ROTATIONS)
  test(`rotation: “${typed}” is ${days} days`, () => assert.equal(readRotation(typed), days))
