import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Alert } from '../../../src/core/oncall/alert.ts'
import { events } from '../../../src/oncall/receivers/events.ts'
import { pagerduty } from '../../../src/oncall/receivers/pagerduty.ts'
import { createScene } from '../../helpers/incidents.ts'

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/hooks/${name}.json`, import.meta.url), 'utf8'))

interface Body {
  readonly event: { event_type: string; occurred_at: string; agent: unknown }
}

/** The same trouble, told by PagerDuty as something else, so many seconds later. */
function told(type: string, seconds: number, by = 'Ana Ng'): readonly Alert[] {
  const body = fixture('pagerduty.triggered') as Body
  const at = Date.parse(body.event.occurred_at) + seconds * 1000
  body.event.event_type = `incident.${type}`
  body.event.occurred_at = new Date(at).toISOString()
  body.event.agent = {
    type: 'user_reference',
    summary: by,
    html_url: 'https://acme.pagerduty.com/u/1',
  }
  const request = { headers: {}, query: '', body: Buffer.from(JSON.stringify(body)), at: at + 500 }
  return pagerduty.read(request)
}

async function only({ parts }: ReturnType<typeof createScene>) {
  const [incident, ...others] = await parts.oncall.list()
  assert.ok(incident && others.length === 0)
  return incident
}

test('whoever acknowledges in PagerDuty has it here, too, and nobody here is paged or reminded any more', async () => {
  const scene = createScene()
  await scene.parts.intake.take(told('triggered', 0))
  await scene.pass(0)
  assert.equal((await only(scene)).paged, 1)
  await scene.parts.intake.take(told('acknowledged', 60))
  await scene.pass(3 * 3_600_000)
  const mine = await only(scene)
  assert.deepEqual(
    [mine.state, mine.owner?.name, mine.paged],
    ['acknowledged', 'Ana Ng (pagerduty)', 1],
  )
  await scene.parts.intake.take(told('unacknowledged', 120))
  await scene.pass(0)
  const open = await only(scene)
  assert.deepEqual([open.state, open.owner, open.paged], ['firing', null, 2])
})

test('who has it here keeps it, whatever PagerDuty says; taking it over from there is possible', async () => {
  const scene = createScene()
  const ben = { key: 'telegram:401', name: 'Ben' }
  await scene.parts.intake.take(told('triggered', 0))
  await scene.pass(0)
  const { id } = await only(scene)
  await scene.parts.oncall.act(id, { do: 'ack', by: ben })
  await scene.parts.intake.take(told('acknowledged', 60))
  await scene.parts.intake.take(told('unacknowledged', 90))
  assert.equal((await only(scene)).owner?.name, 'Ben')
  await scene.parts.oncall.act(id, { do: 'unack', by: ben })
  await scene.parts.intake.take(told('acknowledged', 120))
  assert.equal((await only(scene)).owner?.name, 'Ana Ng (pagerduty)')
  await scene.parts.oncall.act(id, { do: 'take', by: ben })
  const { owner, remindAt } = await only(scene)
  assert.deepEqual([owner?.name, remindAt !== null], ['Ben', true])
})

test('an acknowledgement that overtakes its alert begins the incident, acknowledged; one after the end is nothing', async () => {
  const scene = createScene()
  await scene.parts.intake.take(told('acknowledged', 60))
  await scene.pass(0)
  const { state, paged } = await only(scene)
  assert.deepEqual([state, paged], ['acknowledged', 0])
  await scene.parts.intake.take(told('resolved', 90))
  await scene.parts.intake.take(told('unacknowledged', 80))
  assert.equal((await only(scene)).state, 'resolved')
})

test('a name from outside is cleaned, and the events format can acknowledge as well', () => {
  const [alert] = told(
    'acknowledged',
    5,
    `Ana\u202e\u0007 token=ghp_${'0123456789abcdefghijklmnopqrstuvwxyz'}`,
  )
  for (const bad of ['ghp_', '\u202e', '\u0007']) assert.ok(!alert?.ack?.includes(bad))
  const body = { ...(fixture('events.trigger') as object), event_action: 'acknowledge' }
  const request = { headers: {}, query: '', body: Buffer.from(JSON.stringify(body)), at: 1 }
  const [given] = events.read(request)
  assert.equal(given?.status, 'firing')
  assert.ok(typeof given.ack === 'string' && given.ack !== '')
})
