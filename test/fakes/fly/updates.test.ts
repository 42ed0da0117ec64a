import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, deployed, eventLines } from './test-scenes.ts'
import { list, record } from './values.ts'

void test('an update reboots into a new version, and the old exit looks unrequested', async (t) => {
  const { fly, send, machine, path } = await deployed(t)
  const before = machine.instanceId
  const config = { ...(await configOf(send, path)), env: { A: '1' } }
  const reply = await send('POST', path, { body: { config, current_version: before } })
  assert.equal(reply.data['state'], 'replacing')
  assert.notEqual(reply.data['instance_id'], before)
  await fly.clock.advance(10_000)
  const after = await send('GET', path)
  assert.equal(after.data['state'], 'started')
  assert.deepEqual(record(after.data['config'])['env'], { A: '1' })
  assert.deepEqual(eventLines(machine).slice(0, 3), [
    'start/started/flyd',
    'exit/stopped/flyd',
    'update/replacing/user',
  ])
  assert.deepEqual(machine.events[1]?.request, {
    exit_event: { exit_code: 0, requested_stop: false },
  })
  const old = await send('GET', `${path}?version=${before}`)
  assert.equal(old.data['state'], 'replaced')
  const versions = await send('GET', `${path}/versions`)
  assert.equal(list(versions.body).length, 2)
})

void test('a stale version changes nothing', async (t) => {
  const { send, machine, path } = await deployed(t)
  const config = await configOf(send, path)
  const reply = await send('POST', path, { body: { config, current_version: '01OLD' } })
  assert.equal(reply.status, 409)
  assert.equal(machine.versions.length, 1)
})

void test('an update starts a stopped machine unless it is not to be launched', async (t) => {
  const { fly, send, machine, path } = await deployed(t, { state: 'stopped' })
  const config = await configOf(send, path)
  await send('POST', path, { body: { config, skip_launch: true } })
  await fly.clock.advance(10_000)
  assert.equal(machine.state, 'stopped')
  await send('POST', path, { body: { config } })
  await fly.clock.advance(10_000)
  assert.equal(machine.state, 'started')
})

const refusals: readonly (readonly [name: string, change: object, status: number])[] = [
  ['another region', { region: 'fra' }, 400],
  ['another name', { name: 'other' }, 400],
  ['too little memory', { config: { image: 'x', guest: { cpus: 2, memory_mb: 256 } } }, 400],
  ['memory between the steps', { config: { image: 'x', guest: { cpus: 1, memory_mb: 300 } } }, 400],
  ['4 GB on one shared cpu', { config: { image: 'x', guest: { cpus: 1, memory_mb: 4096 } } }, 400],
  ['another volume', { config: { image: 'x', mounts: [{ volume: 'vol_x', path: '/d' }] } }, 400],
  ['text for a number', { config: { image: 'x', guest: { memory_mb: '2gb' } } }, 400],
  ['a secrets version nobody made', { min_secrets_version: 99 }, 408],
]
for (const [name, change, status] of refusals) {
  test(`an update is refused for ${name}`, async (t) => {
    const { send, machine, path } = await deployed(t)
    const config = await configOf(send, path)
    const reply = await send('POST', path, { body: { config, ...change } })
    assert.equal(reply.status, status, reply.raw)
    assert.equal(machine.versions.length, 1)
  })
}
