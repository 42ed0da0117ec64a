import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestFly } from './test-client.ts'
import { list, record } from './values.ts'

void test('apps are created, found a moment later, and deleted', async (t) => {
  const { fly, send } = await startTestFly(t)
  const body = { name: 'fresh', org_slug: 'personal', idempotency_key: 'k1' }
  const made = await send('POST', '/v1/apps', { body })
  assert.equal(made.status, 201)
  assert.equal((await send('GET', '/v1/apps/fresh')).status, 404)
  await fly.clock.advance(500)
  assert.equal((await send('GET', '/v1/apps/fresh')).data['status'], 'pending')
  assert.deepEqual((await send('POST', '/v1/apps', { body })).body, made.body)
  const taken = await send('POST', '/v1/apps', { body: { name: 'fresh', org_slug: 'personal' } })
  assert.deepEqual([taken.status, taken.data['status']], [422, 'name_taken'])
  const other = await send('POST', '/v1/apps', { body: { ...body, name: 'else' } })
  assert.equal(other.status, 400)
  assert.equal((await send('GET', '/v1/apps?org_slug=personal')).data['total_apps'], 1)
  const token = String(
    (await send('POST', '/v1/apps/fresh/deploy_token', { body: {} })).data['token'],
  )
  assert.match(token, /^FlyV1 fm2_/)
  const scoped = await send('GET', '/v1/tokens/current', { headers: { authorization: token } })
  assert.deepEqual(record(list(scoped.data['tokens'])[0])['apps'], ['fresh'])
  assert.equal((await send('DELETE', '/v1/apps/fresh')).status, 202)
  assert.equal((await send('GET', '/v1/apps/fresh')).error, 'app not found')
})

void test('tokens reach only what they are for', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { machine } = await fly.deployOpenclaw()
  fly.addForeignApp('theirs')
  assert.equal((await send('GET', '/v1/apps/theirs')).status, 403)
  fly.addToken({ token: 'FlyV1 fm2_readonly', readOnly: true })
  fly.addToken({ token: 'FlyV1 fm2_elsewhere', apps: ['elsewhere'] })
  const path = `/v1/apps/my-openclaw/machines/${machine.id}`
  const headers = { authorization: 'FlyV1 fm2_readonly' }
  assert.equal((await send('GET', path, { headers })).status, 200)
  const refused = await send('POST', `${path}/stop`, { headers })
  assert.deepEqual([refused.status, refused.error], [403, 'unauthorized'])
  const elsewhere = await send('GET', path, { headers: { authorization: 'FlyV1 fm2_elsewhere' } })
  assert.equal(elsewhere.status, 403)
})

void test('secrets have versions, and only an update brings them to a machine', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { machine, gatewayToken } = await fly.deployOpenclaw()
  const before = machine.secretsVersion
  const values = { OPENCLAW_GATEWAY_TOKEN: 'new', ANTHROPIC_API_KEY: null }
  const set = await send('POST', '/v1/apps/my-openclaw/secrets', { body: { values } })
  assert.equal(set.data['version'], before + 1)
  assert.equal(set.data['Version'], before + 1)
  const names = list((await send('GET', '/v1/apps/my-openclaw/secrets')).data['secrets']).map(
    record,
  )
  assert.deepEqual(
    names.map(({ name }) => name),
    ['OPENCLAW_GATEWAY_TOKEN'],
  )
  assert.equal('value' in (names[0] ?? {}), false)
  const path = `/v1/apps/my-openclaw/machines/${machine.id}`
  await send('POST', `${path}/restart`)
  await fly.clock.advance(10_000)
  assert.equal(machine.state, 'started')
  assert.equal(machine.secrets['OPENCLAW_GATEWAY_TOKEN'], gatewayToken)
  const config = (await send('GET', path)).data['config']
  const apply = await send('POST', path, { body: { config, min_secrets_version: before + 1 } })
  assert.equal(apply.status, 200, apply.raw)
  assert.deepEqual(machine.secrets, { OPENCLAW_GATEWAY_TOKEN: 'new' })
})

void test('an update that names no secrets version races their replication', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { machine } = await fly.deployOpenclaw()
  await fly.clock.advance(60_000)
  const path = `/v1/apps/my-openclaw/machines/${machine.id}`
  const one = '/v1/apps/my-openclaw/secrets/EXTRA'
  assert.equal((await send('POST', one, { body: { value: 'x' } })).status, 201)
  const { config } = (await send('GET', path)).data
  await send('POST', path, { body: { config } })
  assert.equal(machine.secrets['EXTRA'], undefined)
  await fly.clock.advance(10_000)
  await send('POST', path, { body: { config } })
  assert.equal(machine.secrets['EXTRA'], 'x')
  assert.equal((await send('GET', one)).status, 200)
  assert.equal((await send('DELETE', one)).status, 200)
  assert.equal((await send('GET', one)).status, 404)
})

void test('addresses are allocated by type and released for good', async (t) => {
  const { fly, send } = await startTestFly(t)
  await fly.deployOpenclaw()
  const path = '/v1/apps/my-openclaw/ip_assignments'
  const ips = async (): Promise<readonly Record<string, unknown>[]> =>
    list((await send('GET', path)).data['ips']).map(record)
  assert.deepEqual(
    (await ips()).map(({ type }) => type),
    ['shared_v4', 'v6'],
  )
  const flycast = await send('POST', path, { body: { type: 'private_v6' } })
  assert.match(String(flycast.data['ip']), /^fdaa:/)
  assert.deepEqual(flycast.data['network'], { name: '', org_slug: 'personal' })
  assert.equal('type' in flycast.data, false)
  for (const { ip, type } of await ips()) {
    if (type === 'private_v6') continue
    const gone = await send('DELETE', `${path}/${encodeURIComponent(String(ip))}`)
    assert.deepEqual([gone.status, gone.raw], [204, ''])
  }
  assert.deepEqual(
    (await ips()).map(({ type }) => type),
    ['private_v6'],
  )
  assert.equal((await send('DELETE', `${path}/66.241.124.9`)).status, 404)
  const unknown = await send('POST', path, { body: { type: 'private_v6', network: 'nope' } })
  assert.deepEqual([unknown.status, unknown.error], [400, 'network not found'])
  assert.equal((await send('POST', path, { body: { type: 'shared_v4' } })).status, 200)
  assert.equal((await send('POST', path, { body: { type: 'shared_v4' } })).status, 409)
  const pair = await send('POST', path, { body: { type: 'egress_pair' } })
  assert.equal(pair.data['ip'], null)
})

void test('volumes come into being, grow, and are snapshotted and restored', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { volume } = await fly.deployOpenclaw()
  const all = '/v1/apps/my-openclaw/volumes'
  const path = `${all}/${volume.id}`
  const grown = await send('PUT', `${path}/extend`, { body: { size_gb: 2 } })
  assert.equal(grown.data['needs_restart'], true)
  assert.equal((await send('PUT', `${path}/extend`, { body: { size_gb: 1 } })).status, 400)
  const retention = await send('PUT', path, { body: { snapshot_retention: 14 } })
  assert.equal(retention.data['snapshot_retention'], 14)
  assert.equal((await send('POST', `${path}/snapshots`)).status, 200)
  const again = await send('POST', `${path}/snapshots`)
  assert.match(again.error, /^failed_precondition: snapshot is already scheduled at 2026-/)
  await fly.clock.advance(4000)
  const [snapshot] = list((await send('GET', `${path}/snapshots`)).body).map(record)
  assert.equal(snapshot?.['status'], 'created')
  const body = { name: 'copy', region: 'iad', size_gb: 2, snapshot_id: snapshot?.['id'] }
  const restored = await send('POST', all, { body })
  assert.equal(restored.data['state'], 'restoring')
  await fly.clock.advance(60_000)
  const copy = await send('GET', `${all}/${String(restored.data['id'])}`)
  assert.equal(copy.data['state'], 'created')
  assert.equal(list((await send('GET', all)).body).length, 2)
  const removed = await send('DELETE', `${all}/${String(restored.data['id'])}`)
  assert.equal(removed.data['state'], 'scheduling_destroy')
  const alias = await send('POST', all, { body: { name: 'copy', region: 'europe' } })
  assert.equal(alias.status, 400)
})

void test('metadata changes without a reboot', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { machine } = await fly.deployOpenclaw()
  const path = `/v1/apps/my-openclaw/machines/${machine.id}/metadata`
  const version = machine.instanceId
  const changes = { role: 'gateway', fly_process_group: null, fly_flyctl_version: '' }
  const body = { metadata: changes, machine_version: version }
  assert.equal((await send('PATCH', path, { body })).status, 204)
  assert.deepEqual((await send('GET', path)).body, {
    fly_platform_version: 'v2',
    fly_release_version: '1',
    role: 'gateway',
  })
  assert.equal(machine.instanceId, version)
  const stale = await send('PATCH', path, { body: { metadata: {}, machine_version: '01OLD' } })
  assert.equal(stale.status, 412)
  assert.equal((await send('POST', `${path}/one`, { body: { value: 'x' } })).status, 204)
  assert.deepEqual((await send('GET', `${path}/one`)).body, { value: 'x' })
  assert.equal((await send('DELETE', `${path}/one`)).status, 204)
  assert.equal((await send('GET', `${path}/one`)).status, 404)
})

void test('placements leave a full region out', async (t) => {
  const { fly, send } = await startTestFly(t)
  fly.setCapacity('iad', { memoryMb: 2048 })
  fly.setCapacity('fra', { memoryMb: 0 })
  const compute = { cpu_kind: 'shared', cpus: 2, memory_mb: 2048 }
  const body = { org_slug: 'personal', region: 'iad,fra,ams', count: 2, compute }
  const reply = await send('POST', '/v1/platform/placements', { body })
  assert.deepEqual(reply.body, {
    Regions: [
      { Region: 'iad', Count: 1, Concurrency: 1 },
      { Region: 'ams', Count: 2, Concurrency: 2 },
    ],
  })
  const regions = await send('GET', '/v1/platform/regions')
  assert.equal(list(regions.data['Regions']).length, 18)
})
