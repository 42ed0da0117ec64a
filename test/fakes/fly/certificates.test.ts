import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestFly } from './test-client.ts'
import { list, record } from './values.ts'

void test('certificates, addresses and secrets are told in the shapes of the document', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { app } = await fly.deployOpenclaw()
  const [createdAt, expiresAt] = [fly.clock.now() - 86_400_000, fly.clock.now() + 86_400_000]
  const one = { hostname: 'claw.example.com', createdAt, expiresAt }
  fly.app(app).certificates = [{ ...one, status: 'active', configured: true }]
  fly.allocateIp(app, 'v6')
  fly.allocateIp(app, 'private_v6')
  fly.setSecret(app, 'NEW_KEY', 'x')
  const told = async (path: string) => (await send('GET', `/v1/apps/${app}/${path}`)).data
  const [first] = list((await told('certificates'))['certificates'])
  assert.deepEqual(record(first)['hostname'], one.hostname)
  const entries = list((await told(`certificates/${one.hostname}`))['certificates'])
  assert.equal(record(entries[0])['status'], 'active')
  assert.ok(list((await told('ip_assignments'))['ips']).length >= 2)
  assert.ok(list((await told('secrets'))['secrets']).length >= 1)
})
