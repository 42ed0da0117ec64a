import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { incidentAndCommands, incidentNow } from '../../helpers/incident-commands.ts'

test('silence and its undo, for one incident and for an app', async () => {
  const { scene, id, run } = await incidentAndCommands()
  const silenced = await run('silence', { id, for: '1h' })
  assert.deepEqual(silenced.reply.actions?.[0]?.intent, {
    do: 'run',
    command: 'oncall unsilence',
    input: { id },
  })
  assert.equal((await incidentNow(scene, id)).silence?.until, scene.clock.now() + 3_600_000)
  await run('unsilence', { id })
  assert.equal((await incidentNow(scene, id)).silence, null)
  await run('silence', { for: '30m', scope: 'my-openclaw' })
  assert.ok((await incidentNow(scene, id)).silence)
  assert.match(renderConsole((await run('alerts')).en), /Silence · my-openclaw/)
  await run('unsilence', { scope: 'my-openclaw' })
  assert.equal((await incidentNow(scene, id)).silence, null)
  await assert.rejects(run('silence', { scope: 'elsewhere' }), /I manage no app/)
  await assert.rejects(run('silence', { id, for: 'long' }), /no length of time/)
})

test('until a time of day, in the schedule’s zone; what is over is refused', async () => {
  const { scene, id, run } = await incidentAndCommands()
  await run('silence', { id, for: '17:30' })
  const { silence } = await incidentNow(scene, id)
  assert.equal(new Date(silence?.until ?? 0).toISOString(), '2026-11-22T17:30:00.000Z')
  await run('silence', { id, for: '20:00 Asia/Taipei' })
  assert.equal((await incidentNow(scene, id)).silence?.until, Date.parse('2026-11-23T12:00:00Z'))
  await assert.rejects(run('silence', { id, for: '2026-11-20T10:00' }), /is over already/)
})
