import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, deployed } from './test-scenes.ts'
import { list, record } from './values.ts'

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
