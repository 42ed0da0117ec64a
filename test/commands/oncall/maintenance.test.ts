import assert from 'node:assert/strict'
import { test } from 'node:test'
import { incidentAndCommands, incidentNow } from '../../helpers/incident-commands.ts'

test('maintenance begins and ends', async () => {
  const { scene, id, run } = await incidentAndCommands()
  await run('maintenance', { app: 'my-openclaw', for: '2h', reason: 'upgrade' })
  assert.equal((await incidentNow(scene, id)).mute?.why, 'maintenance')
  const off = { app: 'my-openclaw', off: true }
  assert.equal((await run('maintenance', off)).en.title, 'Maintenance of my-openclaw is over')
  assert.equal((await incidentNow(scene, id)).mute, null)
  const again = await run('maintenance', off)
  assert.equal(again.en.title, 'There is no maintenance of my-openclaw')
})
