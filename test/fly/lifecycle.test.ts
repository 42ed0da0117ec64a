import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { failure, startBench } from './client.ts'
import type { Bench } from './client.ts'
import type { Told } from './scripted.ts'

describe('Fly client: its life', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await startBench()
    bench.server.answer = () => ({ body: { ok: true } })
  })
  afterEach(() => bench.close())

  const wait = () =>
    bench.fly.wait('a', 'm1', { state: 'stopped', seconds: 90, version: 'v1', fromEventId: 'e1' })

  test('a wait that reached its state is true; it asks for at most a minute', async () => {
    assert.equal(await wait(), true)
    assert.equal(
      String(bench.server.seen[0]?.query),
      'state=stopped&timeout=60&version=v1&from_event_id=e1',
    )
  })
  test('a wait that ran out is false and not repeated', async () => {
    bench.server.answer = () => ({ status: 408, body: { error: 'deadline_exceeded: x' } })
    assert.equal(await wait(), false)
    assert.equal(bench.server.seen.length, 1)
  })
  test('a wait during a replacement is false after a second', async () => {
    bench.server.answer = () => ({ status: 409, body: { error: 'aborted: replacing' } })
    assert.equal(await wait(), false)
    assert.deepEqual(bench.clock.sleeps, [1000])
  })
  test('a wait that is refused by version is asked once more by instance id', async () => {
    bench.server.answer = ({ query }) =>
      query.has('instance_id') ? {} : { status: 400, body: { error: 'instance_id required' } }
    assert.equal(await wait(), true)
    bench.server.answer = () => ({ status: 400, body: { error: 'invalid_argument: no' } })
    assert.equal((await failure(wait())).code, 'validation')
    assert.equal(bench.server.seen.length, 4)
  })
  test('a wait for a version nobody named is not asked again', async () => {
    bench.server.answer = () => ({ status: 400, body: { error: 'invalid_argument: no' } })
    const error = await failure(bench.fly.wait('a', 'm1', { state: 'settled', seconds: 5 }))
    assert.equal(error.code, 'validation')
    assert.equal(bench.server.seen.length, 1)
  })

  test('stop sends an object and restart a query, both with Go durations', async () => {
    await bench.fly.stop('a', 'm1', { timeoutSeconds: 60, signal: 'SIGTERM', nonce: 'n' })
    await bench.fly.stop('a', 'm2')
    await bench.fly.restart('a', 'm1', { timeoutSeconds: 30 })
    const [stop, bare, restart] = bench.server.seen
    assert.deepEqual(stop?.body, { signal: 'SIGTERM', timeout: '60s' })
    assert.deepEqual(bare?.body, {})
    assert.equal(String(restart?.query), 'timeout=30s')
  })

  test('a machine is destroyed with force', async () => {
    await bench.fly.destroyMachine('a', 'm1', 'n1')
    assert.equal(String(bench.server.seen[0]?.query), 'force=true')
  })

  const LEASE = {
    nonce: 'n1',
    expires_at: 1_708_569_778,
    owner: 'me',
    description: '',
    version: 'v1',
  }
  for (const body of [LEASE, { status: 'success', data: LEASE }]) {
    test(`a lease is read from ${'data' in body ? 'its envelope' : 'a bare answer'}`, async () => {
      bench.server.answer = () => ({ status: 201, body })
      assert.deepEqual(await bench.fly.lease('a', 'm1', { ttlSeconds: 120, description: 'why' }), {
        nonce: 'n1',
        expiresAt: 1_708_569_778_000,
        owner: 'me',
        description: null,
        version: 'v1',
      })
      assert.deepEqual(bench.server.seen[0]?.body, { ttl: 120, description: 'why' })
      assert.equal((await bench.fly.currentLease('a', 'm1'))?.nonce, 'n1')
    })
  }
  test('a lease without a nonce is an ambiguous one', async () => {
    bench.server.answer = () => ({ body: { status: 'success', data: {} } })
    assert.equal((await failure(bench.fly.lease('a', 'm1', { ttlSeconds: 1 }))).code, 'ambiguous')
  })
  test('no lease is null, no machine is an error', async () => {
    bench.server.answer = () => ({ status: 404, body: { error: 'lease not found' } })
    assert.equal(await bench.fly.currentLease('a', 'm1'), null)
    bench.server.answer = () => ({ status: 404, body: { error: 'machine not found' } })
    assert.equal((await failure(bench.fly.currentLease('a', 'm1'))).code, 'not_found')
  })

  const ENDED: readonly Told[] = [
    { status: 404, body: { error: 'lease not found' } },
    { status: 400, body: { status: 'error', message: 'lease not found' } },
    { status: 409, body: { error: 'machine ID m1 lease currently held by someone' } },
  ]
  for (const told of ENDED) {
    test(`releasing a lease is done after ${JSON.stringify(told.body)}`, async () => {
      bench.server.answer = () => told
      await bench.fly.releaseLease('a', 'm1', 'n1')
      assert.equal(bench.server.seen[0]?.headers['fly-machine-lease-nonce'], 'n1')
    })
  }
  test('releasing a lease fails when it is not known to have ended', async () => {
    bench.server.answer = () => ({ status: 403, body: { error: 'unauthorized' } })
    assert.equal((await failure(bench.fly.releaseLease('a', 'm1', 'n1'))).code, 'scope')
  })

  test('releasing an address that is gone is done, in an app that is gone it is not', async () => {
    bench.server.answer = () => ({ status: 404, body: { error: 'ip not found' } })
    await bench.fly.releaseAddress('a', '2a09:8280::1')
    assert.equal(bench.server.seen[0]?.path, '/v1/apps/a/ip_assignments/2a09%3A8280%3A%3A1')
    bench.server.answer = () => ({ status: 404, body: { error: 'app not found' } })
    assert.equal((await failure(bench.fly.releaseAddress('a', '2a09::1'))).code, 'not_found')
    bench.server.answer = () => ({ status: 204 })
    await bench.fly.releaseAddress('a', '2a09::1')
  })
})
