import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/core/secret.ts'
import { createFly, createMemoryPacer } from '../../src/fly/index.ts'
import { startFakeFly } from '../fakes/fly/fake-fly.ts'
import { createTestLog } from '../helpers/test-log.ts'

test('certificates come with the day on which they end; an app without any has none', async (t) => {
  const fake = await startFakeFly()
  const { clock } = fake
  const fly = createFly({
    token: new Secret(fake.token),
    readToken: new Secret(fake.token),
    apiUrl: fake.url,
    platformUrl: fake.platformUrl,
    log: createTestLog(),
    metrics: { flyCall: () => {}, rateLimitWait: () => {} },
    clock,
    pacer: createMemoryPacer(clock),
  })
  t.after(async () => {
    await fly.close()
    await fake.close()
  })
  const app = fake.addApp({ name: 'my-openclaw' })
  assert.deepEqual(await fly.certificates('my-openclaw'), [])
  const [createdAt, expiresAt] = [clock.now() - 86_400_000, clock.now() + 5 * 86_400_000]
  const one = { hostname: 'claw.example.org', createdAt, expiresAt }
  app.certificates = [
    { ...one, status: 'active', configured: true },
    { ...one, hostname: 'new.example.org', status: 'pending_validation', configured: false },
  ]
  assert.deepEqual(await fly.certificates('my-openclaw'), [
    { ...one, status: 'active', configured: true },
    {
      ...one,
      hostname: 'new.example.org',
      status: 'pending_validation',
      configured: false,
      expiresAt: null,
    },
  ])
})
