import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { CHECKS } from '../../../src/core/doctor/checks.ts'
import { diagnose } from '../../../src/core/doctor/diagnose.ts'
import { START } from '../../helpers/clock.ts'
import { known } from '../../helpers/deployments.ts'
import { config, recorded } from '../../helpers/seen.ts'
import { FAILS, HOUR, printed } from './failing.ts'

/** Checks that read the log, of which nobody could record a line, and why. */
const NOT_RECORDED: Readonly<Record<string, string>> = {
  'oom.kernel': 'the kernel’s line goes to Fly’s log, not to the program’s',
  'log.secret': 'it is counted while lines are redacted, not read from them',
}

const RECORDINGS = readdirSync(new URL('../../fixtures/openclaw', import.meta.url))
  .filter((name) => name.endsWith('.log'))
  .toSorted()

/** What the doctor finds in each recording by its lines alone, of a gateway that is ready and of one that is not. */
function foundIn(name: string): ReadonlySet<string> {
  const logs = known(recorded(name, START - HOUR))
  const more = { logs, config: known(config({ trustedProxies: null })) }
  const found = [true, false].flatMap((ready) => diagnose(printed(name, ready, more)).findings)
  return new Set(found.map(({ check }) => check))
}

const READING = CHECKS.filter(({ needs, id }) => needs.includes('logs') || id === 'lock').map(
  ({ id }) => id,
)

test('each check that reads the log fails by a recording and passes by another', (t) => {
  const found = RECORDINGS.map((name) => ({ name, checks: foundIn(name) }))
  const rows = READING.map((id) => ({
    id,
    fails: found.filter(({ checks }) => checks.has(id)).map(({ name }) => name),
    passes: found.filter(({ checks }) => !checks.has(id)).length,
  }))
  for (const { id, fails, passes } of rows) {
    assert.ok(passes > 0, `${id} passes by no recording`)
    assert.equal(fails.length === 0, id in NOT_RECORDED, `${id} fails by no recording`)
    assert.ok(FAILS[id], `${id} has no look that makes it fail`)
  }
  const lines = rows.map(({ id, fails }) => `${id}: ${fails.join(', ') || NOT_RECORDED[id]}`)
  t.assert.snapshot(lines.join('\n'), { serializers: [String] })
})
