import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { duePart, EVERY_MS, firstPauseMs, pauseMs } from '../../../src/core/watch/pace.ts'
import { mayRun, type RuleRun } from '../../../src/core/watch/remediation.ts'
import { sightOf } from '../../../src/core/watch/sight-of.ts'
import type { Glance, Sight } from '../../../src/core/watch/sight.ts'
import { runs } from '../../helpers/runs.ts'

const state = fc.record({ failures: fc.nat(40), idle: fc.boolean() })
const random = fc.double({ min: 0, max: 1, noNaN: true })

test('a pause is never so short that Fly refuses, nor so long that nobody looks', () => {
  fc.assert(
    fc.property(state, random, (one, chance) => {
      const pause = pauseMs(one, chance)
      assert.ok(pause >= 1000 && pause <= 300_000)
      const healthy = one.failures === 0 && !one.idle
      if (healthy) assert.ok(pause <= EVERY_MS && pause >= EVERY_MS * 0.8)
      const worse = pauseMs({ ...one, failures: one.failures + 1 }, chance)
      assert.ok(worse >= pause, 'more failures never mean more calls')
    }),
  )
})

test('first looks are spread over one round at most, and one app is looked at at once', () => {
  fc.assert(
    fc.property(fc.nat(5000), random, (apps, chance) => {
      const first = firstPauseMs(apps, chance)
      assert.ok(first >= 0 && first <= EVERY_MS)
    }),
  )
  assert.equal(firstPauseMs(1, 1), 0)
})

/** What a look gives for a part: seen, refused, or failed. */
const OUTCOMES = ['seen', 'auth', 'network'] as const
const NAMES = [
  'gateway',
  'inside',
  'remembered',
  'addresses',
  'volumes',
  'snapshots',
  'secrets',
  'config',
  'certificates',
] as const

const VALUES: Readonly<Record<string, unknown>> = {
  addresses: [],
  secrets: [],
  volumes: [],
  certificates: [],
  snapshots: {},
  config: { problem: null, trustedProxies: null },
  remembered: { machines: {}, closedAt: null },
}

test('no part is looked at too often or forgotten, whatever comes of it', () => {
  const looks = fc.array(fc.record({ outcome: fc.constantFrom(...OUTCOMES), chance: random }), {
    minLength: 60,
    maxLength: 120,
  })
  fc.assert(
    fc.property(looks, (all) => {
      let now = 1_790_000_000_000
      let sight: Sight | undefined
      const at = new Map<string, number>()
      for (const { outcome, chance } of all) {
        const due = duePart(sight, now)
        const names = due === undefined ? [] : [due]
        for (const name of names) {
          const last = at.get(name)
          if (last !== undefined) assert.ok(now - last >= 48_000, `${name} after ${now - last}`)
          at.set(name, now)
        }
        const part = (value: unknown) =>
          outcome === 'seen'
            ? { known: true, at: now, value }
            : { known: false, at: now, why: 'no', code: outcome }
        const parts = names.map((name) => [name, part(VALUES[name] ?? null)])
        const glance = {
          jobs: [],
          machines: { known: true, at: now, value: [] },
          ...Object.fromEntries(parts),
        } as unknown as Glance
        sight = sightOf({ app: 'a', before: sight, glance, now })
        now += pauseMs({ failures: 0, idle: false }, chance)
      }
      for (const name of NAMES) {
        const last = at.get(name)
        assert.ok(last !== undefined && now - last <= 700_000, `${name} was forgotten`)
      }
    }),
    { numRuns: runs(30) },
  )
})

test('a rule never runs twice for an incident, on an app within its cool-down, or beyond its hour', () => {
  const asked = fc.array(
    fc.record({ app: fc.constantFrom('a', 'b', 'c'), incident: fc.nat(30), gap: fc.nat(900_000) }),
    { maxLength: 80 },
  )
  const rule = fc.record({
    coolDownMs: fc.integer({ min: 300_000, max: 7_200_000 }),
    perHour: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(asked, rule, (all, limits) => {
      let runs: readonly RuleRun[] = []
      let now = 1_790_000_000_000
      const ran: RuleRun[] = []
      for (const { app, incident, gap } of all) {
        now += gap
        const one = { app, incident: `I-${incident}`, at: now }
        const after = mayRun(runs, one, limits)
        if (after.verdict.do === 'run') ran.push(one)
        runs = after.runs
      }
      assert.equal(new Set(ran.map(({ incident }) => incident)).size, ran.length)
      for (const [n, { app, at }] of ran.entries()) {
        const before = ran.slice(0, n)
        assert.ok(!before.some((one) => one.app === app && at - one.at < limits.coolDownMs))
        assert.ok(before.filter((one) => at - one.at < 3_600_000).length < limits.perHour)
      }
    }),
  )
})
