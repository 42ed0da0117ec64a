import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { ChatContext } from '../../../src/core/context.ts'
import { incidentAndCommands, incidentNow } from '../../helpers/incident-commands.ts'
import { alertOf } from '../../helpers/incidents.ts'
import { OPERATOR } from '../../helpers/people.ts'

test('ack: mine; of another one: whose it is, and the way to take it over', async () => {
  const { scene, id, run } = await incidentAndCommands()
  assert.equal((await run('ack', { id })).en.title, 'Acknowledged: it is yours')
  await scene.pass(180_000)
  const second = await run('ack', { id }, { actor: OPERATOR })
  assert.equal(second.en.title, 'Person 400 has had it for 3 min')
  const [take] = second.reply.actions ?? []
  assert.deepEqual(take?.intent, { do: 'run', command: 'oncall ack', input: { id, scope: 'take' } })
  await run('ack', { id, scope: 'take' }, { actor: OPERATOR })
  assert.equal((await incidentNow(scene, id)).owner?.name, OPERATOR.name)
  assert.equal((await run('ack', { id, scope: 'off' })).en.title, 'Given back')
  assert.equal((await run('ack', { id, scope: 'off' })).en.title, 'Nobody has acknowledged it')
})

test('without an id the only open incident is meant; with several the answer says so', async () => {
  const { scene, id, run } = await incidentAndCommands()
  await run('resolve')
  assert.equal((await incidentNow(scene, id)).state, 'resolved')
  await assert.rejects(run('resolve'), /No incident is open/)
  await scene.parts.intake.take([
    alertOf({ group: 'x', key: 'x' }),
    alertOf({ group: 'y', key: 'y' }),
  ])
  await assert.rejects(run('ack'), /2 incidents are open/)
})

test('an incident of an app the asker may not see is as unknown as none', async () => {
  const { id, run } = await incidentAndCommands()
  const may = () => false
  await assert.rejects(run('ack', { id }, { may }), /There is no incident/)
  await assert.rejects(run('alerts', { id: 'I-000000' }), /There is no incident/)
  const viewer: ChatContext['may'] = (role) => role === 'viewer'
  await assert.rejects(run('ack', { id }, { may: viewer }), /You may not do this/)
  assert.equal((await run('alerts', {}, { may })).en.title, 'No incident is open')
})

test('note: once, however often it is handed in', async () => {
  const { scene, id, run } = await incidentAndCommands()
  await run('note', { id, text: 'raised the memory' })
  await run('note', { id, text: 'raised the memory' })
  const { log } = await incidentNow(scene, id)
  assert.equal(log.filter(({ what }) => what === 'note').length, 1)
})

for (const locale of ['en', 'zh'] as const)
  test(`how they look, ${locale}`, async (t) => {
    const { id, run } = await incidentAndCommands()
    const asked: ReadonlyArray<readonly [string, object]> = [
      ['alerts', {}],
      ['ack', { id }],
      ['silence', { id, for: '1h' }],
      ['unsilence', { id }],
      ['note', { id, text: 'hm' }],
      ['maintenance', { for: '2h', reason: 'upgrade' }],
      ['alerts', { id }],
      ['resolve', { id }],
      ['alerts', {}],
    ]
    for (const [name, input] of asked) {
      const ran = await run(name, input)
      t.assert.snapshot(renderConsole(ran[locale]))
    }
  })
