import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { Secret } from '../../src/core/secret.ts'
import { createFly, createMemoryPacer } from '../../src/fly/index.ts'
import { failure, MACHINE, startBench } from './client.ts'
import type { Bench } from './client.ts'
import { SECRETS } from './every-call.ts'
import type { Told } from './scripted.ts'

describe('Fly client: one request', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await startBench()
    bench.server.answer = () => ({ body: { ok: true } })
  })
  afterEach(() => bench.close())

  test('the Machines API gets the token, the platform the read token, each by its rule', async () => {
    bench.server.answer = ({ path }) =>
      path.startsWith('/platform') ? { body: { data: [], meta: {} } } : { body: MACHINE }
    await bench.fly.machine('a', 'm1')
    await bench.fly.logs('a')
    const sent = bench.server.seen.map(({ headers }) => headers.authorization)
    assert.deepEqual(sent, [
      'FlyV1 fm2_canaryAAAA0123/+==,fm2_dischargeBBBB4567/+==',
      'Bearer fo1_canaryReadCCCC8901',
    ])
  })

  test('an update sends config, current version and the nonce, and a content type', async () => {
    bench.server.answer = () => ({ body: MACHINE })
    const change = { config: { image: 'x' }, skipLaunch: true, minSecretsVersion: 7 }
    await bench.fly.updateMachine('a', 'm1', { ...change, currentVersion: 'v1', nonce: 'n1' })
    const [seen] = bench.server.seen
    assert.deepEqual([seen?.method, seen?.path], ['POST', '/v1/apps/a/machines/m1'])
    assert.deepEqual(seen?.body, {
      config: { image: 'x' },
      skip_launch: true,
      min_secrets_version: 7,
      current_version: 'v1',
    })
    assert.equal(seen?.headers['fly-machine-lease-nonce'], 'n1')
    assert.equal(seen?.headers['content-type'], 'application/json')
  })

  test('a call without a body sends neither body nor content type', async () => {
    await bench.fly.start('a', 'm1')
    assert.equal(bench.server.seen[0]?.body, undefined)
    assert.equal(bench.server.seen[0]?.headers['content-type'], undefined)
  })

  test('names are encoded, and one that leads elsewhere is refused before anything is sent', async () => {
    bench.server.answer = () => ({ body: MACHINE })
    await bench.fly.machine('a/b', 'm?1')
    assert.equal(bench.server.seen[0]?.path, '/v1/apps/a%2Fb/machines/m%3F1')
    for (const name of ['', '.', '..']) {
      assert.equal((await failure(bench.fly.deleteApp(name))).code, 'validation')
    }
    assert.equal(bench.server.seen.length, 1)
  })

  test('every page of the machine list is read, and what is gone is left out', async () => {
    const pages: readonly Told[] = [
      { body: [{ id: 'm1', state: 'started' }], headers: { 'fly-next-cursor': 'c1' } },
      { body: [], headers: { 'fly-next-cursor': 'c2' } },
      { body: [{ id: 'm2', state: 'destroyed' }, { id: 'm3', state: 'destroying' }, { id: 'm4' }] },
    ]
    bench.inTurn(...pages)
    const machines = await bench.fly.machines('a')
    assert.deepEqual(
      machines.map(({ id }) => id),
      ['m1', 'm4'],
    )
    const cursors = bench.server.seen.map(({ query }) => query.get('cursor'))
    assert.deepEqual(cursors, [null, 'c1', 'c2'])
  })

  test('a list whose cursor goes in a circle is an error, not half a list', async () => {
    bench.inTurn({ body: [{ id: 'm1' }], headers: { 'fly-next-cursor': 'c1' } })
    assert.equal((await failure(bench.fly.machines('a'))).code, 'server')
  })

  test('calls that Fly holds back get 70 s, all others 30 s', async () => {
    bench.server.answer = () => ({ body: { ...MACHINE, ok: true } })
    await bench.fly.wait('a', 'm1', { state: 'started', seconds: 60 })
    await bench.fly.exec('a', 'm1', { command: ['true'], seconds: 20 })
    await bench.fly.stop('a', 'm1')
    await bench.fly.restart('a', 'm1')
    await bench.fly.machine('a', 'm1')
    await bench.fly.start('a', 'm1')
    assert.deepEqual(bench.limits, [70_000, 70_000, 70_000, 70_000, 30_000, 30_000])
  })

  test('one action on one id goes 1/s after a burst of 3, reading a machine 5/s after 10', async () => {
    bench.server.answer = () => ({ body: MACHINE })
    for (let time = 0; time < 5; time += 1) await bench.fly.start('a', 'm1')
    assert.deepEqual(bench.clock.sleeps, [1000, 1000])
    await bench.fly.start('a', 'm2')
    await bench.fly.suspend('a', 'm1')
    assert.equal(bench.clock.sleeps.length, 2)
    for (let time = 0; time < 12; time += 1) await bench.fly.machine('a', 'm1')
    assert.deepEqual(bench.clock.sleeps.slice(2), [200, 200])
    assert.ok(bench.traces.includes('fly 0.2'))
  })

  test('a nonce that no header can carry is refused without words from the network stack', async () => {
    const error = await failure(bench.fly.start('a', 'm1', 'bad\nnonce'))
    assert.equal(error.code, 'validation')
    assert.equal(bench.server.seen.length, 0)
  })

  test('base addresses may end in a slash', async () => {
    bench.server.answer = () => ({ body: [] })
    const { clock, server } = bench
    const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const log = { ...quiet, child: () => log }
    const fly = createFly({
      token: new Secret('x'),
      readToken: new Secret('x'),
      apiUrl: `${server.url}/`,
      platformUrl: `${server.url}/`,
      log,
      metrics: { flyCall: () => {}, rateLimitWait: () => {} },
      clock,
      pacer: createMemoryPacer(clock),
    })
    await fly.machines('a')
    assert.equal(server.seen[0]?.path, '/v1/apps/a/machines')
    await fly.close()
  })

  test('what setting secrets sends is the values and nothing in the address', async () => {
    bench.server.answer = () => ({ body: { secrets: [], Version: 9 } })
    assert.deepEqual(await bench.fly.setSecrets('a', { A: SECRETS.value, B: null }), { version: 9 })
    assert.deepEqual(bench.server.seen[0]?.body, { values: { A: SECRETS.value, B: null } })
  })
})
