import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deployed, eventLines } from './test-scenes.ts'
import { record } from './values.ts'

void test('leases block everybody else until released or run out', async (t) => {
  const { fly, send, machine, path } = await deployed(t)
  const taken = await send('POST', `${path}/lease?ttl=120`)
  assert.equal(taken.status, 201)
  const { nonce } = record(taken.data['data'])
  const refused = await send('POST', `${path}/stop`)
  assert.equal(refused.status, 409)
  assert.match(
    refused.error,
    /^machine ID d\w+ lease currently held by .+@tokens\.fly\.io, expires/,
  )
  assert.equal((await send('POST', `${path}/lease`, { body: { ttl: 5 } })).status, 409)
  const refreshed = await send('POST', `${path}/lease`, {
    nonce: String(nonce),
    body: { ttl: 10, description: 'held' },
  })
  assert.equal(record(refreshed.data['data'])['nonce'], nonce)
  assert.equal((await send('GET', `${path}?include_leases=true`)).data['lease'] !== undefined, true)
  assert.equal((await send('POST', `${path}/cordon`, { nonce: String(nonce) })).status, 200)
  assert.equal(machine.cordoned, true)
  await fly.clock.advance(10_000)
  assert.equal((await send('GET', `${path}/lease`)).status, 404)
  assert.equal((await send('POST', `${path}/uncordon`)).status, 200)
  const gone = await send('DELETE', `${path}/lease`, { nonce: String(nonce) })
  assert.match(gone.error, /lease not found/)
})

void test('wait answers when the state comes, or 408 when it does not', async (t) => {
  const { fly, send, machine, path } = await deployed(t)
  const waiting = send('GET', `${path}/wait?state=stopped&timeout=60&version=${machine.instanceId}`)
  await fly.nextCall({ path: /wait$/ })
  await send('POST', `${path}/stop`)
  await fly.clock.advance(1000)
  assert.deepEqual((await waiting).body, {
    ok: true,
    state: 'stopped',
    version: machine.instanceId,
    event_id: machine.events[0]?.id,
  })
  const late = send('GET', `${path}/wait?timeout=2`)
  await fly.nextCall({ path: /wait$/ })
  await fly.clock.advance(2000)
  const reply = await late
  assert.equal(reply.status, 408)
  assert.equal(
    reply.error,
    'deadline_exceeded: machine failed to reach desired state, started, currently stopped',
  )
})

void test('after a restart only from_event_id tells the new run from the old', async (t) => {
  const { fly, send, machine, path } = await deployed(t)
  const before = machine.events[0]?.id ?? ''
  await send('POST', `${path}/restart?timeout=30s&force_stop=false`)
  assert.equal((await send('GET', `${path}/wait?state=started&timeout=1`)).status, 200)
  const waiting = send('GET', `${path}/wait?state=started&timeout=60&from_event_id=${before}`)
  await fly.nextCall({ path: /wait$/ })
  await fly.clock.advance(10_000)
  assert.equal((await waiting).status, 200)
  assert.deepEqual(eventLines(machine).slice(0, 4), [
    'start/started/flyd',
    'restart/starting/flyd',
    'exit/stopped/flyd',
    'restart/stopping/user',
  ])
  const exit = record(record(machine.events[2]?.request)['MonitorEvent'])
  assert.equal(record(exit['exit_event'])['requested_stop'], true)
})

for (const query of ['timeout=0', 'timeout=61', 'state=created', 'timeout=abc']) {
  test(`wait refuses ${query}`, async (t) => {
    const { send, path } = await deployed(t)
    assert.equal((await send('GET', `${path}/wait?${query}`)).status, 400)
  })
}
