import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { drillAlerts, type Span } from '../../../src/core/oncall/drill-looks.ts'
import { drillAlert } from '../../../src/core/oncall/drill-play.ts'
import { recordingOf, SCENARIOS, type Scenario } from '../../../src/core/oncall/drill-recordings.ts'
import { apply } from '../../../src/core/oncall/incident-apply.ts'
import { RULES } from '../../../src/core/oncall/incident.ts'
import { DETECTORS } from '../../../src/core/watch/detectors.ts'
import { START } from '../../helpers/clock.ts'

const FINDS: Readonly<Record<Scenario, readonly string[]>> = {
  oom: ['oom.kernel'],
  'crash-loop': ['crashloop'],
  lock: ['exit.78', 'lock'],
}
const HOUR = 3_600_000

const told = (scenario: Scenario, span: Partial<Span> = {}, without?: string) =>
  drillAlerts(
    recordingOf(scenario),
    { since: START, now: START + HOUR, ...span },
    DETECTORS.filter(({ id }) => id !== without),
  )
const rulesOf = (alerts: ReturnType<typeof told>) =>
  [...new Set(alerts.map(({ rule }) => rule))].toSorted()

for (const scenario of SCENARIOS) {
  test(`${scenario}: its looks fire what looks for it and nothing else, which then is missed when it is gone`, () => {
    const alerts = told(scenario)
    assert.deepEqual(rulesOf(alerts), FINDS[scenario])
    assert.ok(alerts.every(({ status }) => status === 'firing'))
    for (const rule of FINDS[scenario])
      assert.deepEqual(
        rulesOf(told(scenario, {}, rule)),
        FINDS[scenario].filter((one) => one !== rule),
      )
  })

  test(`${scenario}: whenever the cure is begun, all that was found is found no more, and nothing new`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_800_000 }), (ms) => {
        const alerts = told(scenario, { curedAt: START + ms })
        const over = alerts.filter(({ status }) => status === 'resolved')
        assert.deepEqual(over.map(({ rule }) => rule).toSorted(), FINDS[scenario])
        assert.ok(over.every(({ at }) => at > START + ms))
        assert.deepEqual(alerts.slice(-over.length), over)
        assert.deepEqual(rulesOf(alerts), FINDS[scenario])
      }),
      { numRuns: 40, examples: [[0]] },
    )
  })
}

test('an incident that is written down a moment after its first look is told of that look once', () => {
  for (const scenario of SCENARIOS) {
    const group = `drill:${scenario}:x`
    const alert = drillAlert(scenario, { group, since: START, calls: false })
    const now = START + 1005
    const opened = apply(undefined, { do: 'alert', alert }, { now, rules: RULES, id: 'I-4F8H2K' })
    assert.ok(opened)
    assert.equal(opened.incident.told.length, FINDS[scenario].length)
    const after = apply(opened.incident, { do: 'timer' }, { rules: RULES, now: now + 1 })
    assert.deepEqual(
      [after?.incident.alerts, after?.incident.rev],
      [opened.incident.alerts, opened.incident.rev],
    )
    assert.deepEqual(opened.incident.alerts.at(-1), alert)
  }
})

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')

test('what is played was recorded: how Fly tells of an end, and the words of a lock', () => {
  const [, exit] = JSON.parse(fixture('fly/events.oom.synthetic.json')) as [
    unknown,
    { readonly request: { readonly exit_event: Readonly<Record<string, unknown>> } },
  ]
  const { exit_code: code, oom_killed: oom } = exit.request.exit_event
  const [, , ended] = recordingOf('oom').events.find(([, type]) => type === 'exit') ?? []
  assert.deepEqual(ended, { code, oom })
  const said = fixture('openclaw/20-lock-live-gateway-like-pid.log')
  const [[, words] = assert.fail()] = recordingOf('lock').lines
  assert.ok(said.includes(words))
  assert.match(said, /exit code=78/)
})
