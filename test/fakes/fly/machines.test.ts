import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { OpenclawRequest } from './openclaw.ts'
import { startTestFly, type Send, type TestFly } from './test-client.ts'
import type { FakeMachine } from './types.ts'
import { list, record } from './values.ts'

interface Scene extends TestFly {
  readonly machine: FakeMachine
  readonly path: string
}

async function deployed(t: TestContext, request: OpenclawRequest = {}): Promise<Scene> {
  const scene = await startTestFly(t)
  const { machine, app } = await scene.fly.deployOpenclaw(request)
  return { ...scene, machine, path: `/v1/apps/${app}/machines/${machine.id}` }
}

async function configOf(send: Send, path: string): Promise<Record<string, unknown>> {
  return record((await send('GET', path)).data['config'])
}

function eventLines(machine: FakeMachine): readonly string[] {
  return machine.events.map(({ type, status, source }) => `${type}/${status}/${source}`)
}

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

void test('a machine that crashes is restarted ten times in five minutes, then left', async (t) => {
  const { fly, machine } = await deployed(t)
  for (let count = 1; count <= 10; count += 1) {
    fly.crash(machine.id, { code: 78 })
    await fly.clock.advance(2000)
    assert.equal(machine.state, 'started')
  }
  fly.crash(machine.id, { code: 78 })
  assert.equal(machine.state, 'stopped')
  const { exit_event: last, restart_count: count } = record(machine.events[0]?.request)
  assert.equal(record(last)['restarting'], false)
  assert.equal(record(last)['exit_code'], 78)
  assert.equal(count, 10)
})

void test('a machine out of memory says so and comes back', async (t) => {
  const { fly, send, machine, path } = await deployed(t)
  fly.oom(machine.id)
  await fly.clock.advance(2000)
  const events = list((await send('GET', `${path}/events?limit=5`)).body).map(record)
  const request = record(events[2]?.['request'])
  const exit = record(request['exit_event'])
  assert.equal(exit['oom_killed'], true)
  assert.equal(exit['exit_code'], 137)
  assert.equal(request['MonitorEvent'], null)
  assert.equal(machine.state, 'started')
})

void test('a machine on an unreachable host has no config and takes no orders', async (t) => {
  const { fly, send, machine, path } = await deployed(t)
  fly.setHost(machine.id, 'unreachable')
  const reply = await send('GET', path)
  assert.equal(reply.data['config'], null)
  assert.equal(record(reply.data['incomplete_config'])['env'], undefined)
  assert.equal((await send('POST', `${path}/stop`)).status, 503)
  const exec = await send('POST', `${path}/exec`, { body: { command: ['true'] } })
  assert.equal(exec.status, 503)
})

void test('no room: a resize is refused, a creation on the volume too, and a machine may be left stopped', async (t) => {
  const { fly, send, machine, path } = await deployed(t)
  fly.setCapacity('iad', { memoryMb: 1024, stopsMachine: true })
  const config = { ...(await configOf(send, path)), guest: { cpus: 2, memory_mb: 4096 } }
  const resize = await send('POST', path, { body: { config } })
  assert.equal(resize.status, 409)
  assert.match(resize.error, /insufficient memory available/)
  await fly.clock.advance(1000)
  assert.equal(machine.state, 'stopped')
  const plain = { config: { image: 'x', guest: { cpus: 1, memory_mb: 2048 } }, region: 'iad' }
  const create = await send('POST', '/v1/apps/my-openclaw/machines', { body: plain })
  assert.deepEqual(create.body, { error: 'out of capacity', status: 'insufficient_capacity' })
  const volume = { name: 'more', region: 'iad', compute: { memory_mb: 2048 } }
  const full = await send('POST', '/v1/apps/my-openclaw/volumes', { body: volume })
  assert.equal(full.error, 'no capacity')
  fly.setPaymentMethod(false)
  const second = await send('POST', '/v1/apps/my-openclaw/machines', { body: plain })
  assert.equal(second.status, 422)
  fly.setQuota(2048)
  const quota = await send('POST', '/v1/apps/my-openclaw/machines', { body: plain })
  assert.equal(quota.status, 403)
})

void test('lists are filtered and paged', async (t) => {
  const { fly, send } = await deployed(t)
  for (const state of ['stopped', 'started']) {
    await fly.addMachine({ app: 'my-openclaw', config: { image: 'x' }, state })
  }
  const all = '/v1/apps/my-openclaw/machines'
  const ids = async (query: string): Promise<number> =>
    list((await send('GET', all + query)).body).length
  assert.equal(await ids(''), 3)
  assert.equal(await ids('?state=stopped'), 1)
  assert.equal(await ids('?metadata.fly_process_group=app'), 1)
  assert.equal(await ids('?region=fra'), 0)
  const first = await send('GET', `${all}?limit=2`)
  const cursor = first.headers.get('fly-next-cursor') ?? ''
  assert.notEqual(cursor, '')
  const rest = await send('GET', `${all}?limit=2&cursor=${cursor}`)
  assert.equal(list(rest.body).length, 1)
  assert.equal(rest.headers.get('fly-next-cursor'), null)
  const summary = record(list((await send('GET', `${all}?summary=true`)).body)[0])
  assert.equal(record(summary['config'])['env'], undefined)
  const org = await send('GET', '/v1/orgs/personal/machines?limit=2')
  assert.equal(record(list(org.data['machines'])[0])['app_name'], 'my-openclaw')
  assert.notEqual(org.data['next_cursor'], '')
})

void test('a destroyed machine holds its volume a little longer', async (t) => {
  const { fly, send, path, machine } = await deployed(t)
  const [volume] = [...fly.app('my-openclaw').volumes.values()]
  const volumePath = `/v1/apps/my-openclaw/volumes/${volume?.id ?? ''}`
  await send('DELETE', `${path}?force=true`)
  const bound = await send('DELETE', volumePath)
  assert.equal(
    bound.error,
    `failed_precondition: volume is currently bound to machine: ${machine.id}`,
  )
  await fly.clock.advance(1000)
  const mounts = [{ volume: volume?.id, path: '/data' }]
  const body = { region: 'iad', config: { image: 'x', mounts } }
  const claimed = await send('POST', '/v1/apps/my-openclaw/machines', { body })
  assert.equal(claimed.error.endsWith('\0'.repeat(14)), true)
  await fly.clock.advance(5000)
  assert.equal((await send('DELETE', volumePath)).status, 200)
  const missing = await send('POST', '/v1/apps/my-openclaw/machines', { body })
  assert.deepEqual([missing.status, missing.error], [400, 'volume not found'])
})

void test('a request from outside starts a stopped machine, unless a lease is held', async (t) => {
  const { fly, send, path, machine } = await deployed(t, { state: 'stopped' })
  const lease = await send('POST', `${path}/lease`, { body: { ttl: 5 } })
  assert.equal(lease.status, 201)
  assert.equal(fly.visit('my-openclaw'), 'lease-held')
  assert.match(fly.app('my-openclaw').logs[0]?.message ?? '', /^\[PM01\]/)
  await fly.clock.advance(6000)
  assert.equal(fly.visit('my-openclaw'), 'started')
  await fly.clock.advance(2000)
  assert.equal(machine.state, 'started')
  assert.equal(fly.visit('my-openclaw'), 'served')
})

void test('exec answers from the handler, ps from the other', async (t) => {
  const { fly, send, path } = await deployed(t)
  fly.onExec(({ command }) => (command[0] === 'slow' ? 'timeout' : { stdout: command.join(' ') }))
  const reply = await send('POST', `${path}/exec`, {
    body: { command: ['echo', 'hi'], timeout: 20 },
  })
  assert.deepEqual(reply.body, { exit_code: 0, stdout: 'echo hi', stderr: '' })
  const slow = await send('POST', `${path}/exec`, { body: { command: ['slow'] } })
  assert.equal(slow.status, 408)
  const rows = await send('GET', `${path}/ps`)
  assert.match(String(record(list(rows.body)[0])['command']), /gateway/)
})
