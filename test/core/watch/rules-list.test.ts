import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWith, takeAlert } from '../../../src/core/oncall/incident-alert.ts'
import { RULES } from '../../../src/core/oncall/incident.ts'
import { listRules } from '../../../src/core/watch/rules-list.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { alertOf } from '../../helpers/incidents.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'

test('rules: when one fired last is told of every rule that fired for an incident, not of its first alone', async () => {
  const clock = createTestClock()
  const now = clock.now()
  const around = { now, rules: RULES }
  const first = openWith('I-000001', alertOf({ rule: 'check' }), around)
  const later = alertOf({ key: 'loop', rule: 'crashloop', since: now + 5000, at: now + 6000 })
  const incident = takeAlert(first, later, around)
  const asked = { store: createMemoryStore(clock), clock, apps: [], may: () => true }
  const { rules } = await listRules({ ...asked, oncall: { list: async () => [incident] } }, {})
  const fired = rules.filter(({ lastFiredAt }) => lastFiredAt !== null)
  assert.deepEqual(
    fired.map(({ id, lastFiredAt }) => [id, lastFiredAt]),
    [
      ['check', now],
      ['crashloop', now + 5000],
    ],
  )
})
