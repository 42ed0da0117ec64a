import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { failure, startBench } from './client.ts'
import type { Bench } from './client.ts'
import { EVERY_CALL } from './every-call.ts'
import { sample, skip } from './samples.ts'

describe('Fly client: recorded answers', () => {
  let bench: Bench
  before(async () => {
    bench = await startBench()
  })
  after(() => bench.close())
  beforeEach(() => {
    bench.server.seen.length = 0
  })

  /** What a call makes of a recorded answer. */
  async function read<K extends keyof typeof EVERY_CALL>(name: K, file: string): Promise<unknown> {
    bench.server.answer = () => ({ body: sample(file) })
    return EVERY_CALL[name](bench.fly)
  }

  test('an app, with and without what is new', { skip }, async () => {
    assert.deepEqual(await read('app', 'app-get.2026'), {
      name: 'myapp-staging',
      status: 'deployed',
      org: 'acme-labs',
      network: 'default',
    })
    assert.deepEqual(await read('app', 'app-get.docs'), {
      name: 'my-app-name',
      status: null,
      org: 'personal',
      network: null,
    })
  })

  test('addresses get their types', { skip }, async () => {
    bench.server.answer = () => ({ body: sample('ip-assignments-list.constructed') })
    const found = await bench.fly.addresses('a')
    assert.deepEqual(
      found.map(({ type, network, region }) => [type, network, region]),
      [
        ['shared_v4', null, 'global'],
        ['v6', null, 'global'],
        ['private_v6', null, 'global'],
      ],
    )
  })

  test('volumes, with their use from blocks', { skip }, async () => {
    bench.server.answer = () => ({ body: sample('volumes-list') })
    const [volume] = await bench.fly.volumes('a')
    assert.deepEqual(volume, {
      id: 'vol_9vw681egy1jj5xm4',
      name: 'disk',
      state: 'created',
      region: 'yul',
      sizeGb: 3,
      usedBytes: 6 * 4096,
      totalBytes: 768250 * 4096,
      attachedMachine: '908057ef21e487',
      hostStatus: 'unknown',
      snapshotRetentionDays: 5,
      encrypted: true,
      zone: '09cd',
      autoBackup: true,
      createdAt: Date.parse('2023-09-01T19:47:14.774Z'),
    })
  })

  const CALLED: ReadonlyArray<readonly [keyof typeof EVERY_CALL, file: string, unknown]> = [
    ['start', 'start', undefined],
    ['suspend', 'ok', undefined],
    ['exec', 'exec.constructed', { exitCode: 0, stdout: 'ok\n', stderr: '' }],
    ['wait', 'wait.constructed', true],
    ['releaseLease', 'lease-release.2024', undefined],
    ['createSnapshot', 'snapshot-create.undocumented', undefined],
    ['setSecrets', 'secrets-update.constructed', { version: 7 }],
    ['allocateAddress', 'ip-assignment-shared-v4', undefined],
    ['regions', 'platform-regions.shape', [{ code: 'fra', name: 'Frankfurt, Germany' }]],
    ['placements', 'platform-placements.2026-09-19', [{ region: 'fra', count: 1 }]],
  ]

  for (const [name, file, expected] of CALLED) {
    test(`${name} reads ${file}`, { skip }, async () => {
      assert.deepEqual(await read(name, file), expected)
    })
  }

  const LENGTHS: ReadonlyArray<readonly [keyof typeof EVERY_CALL, file: string, number]> = [
    ['machines', 'machines-list.2023-10', 1],
    ['secrets', 'secrets-list.constructed', 1],
    ['releases', 'releases-list', 3],
    ['metrics', 'prometheus-range', 1],
  ]

  for (const [name, file, length] of LENGTHS) {
    test(`${name} reads ${file}`, { skip }, async () => {
      const list = await read(name, file)
      assert.ok(Array.isArray(list))
      assert.equal(list.length, length)
    })
  }

  test('metadata, a created volume, a release', { skip }, async () => {
    assert.equal(Object(await read('metadata', 'metadata-get')).fly_release_version, '63')
    assert.equal(Object(await read('createVolume', 'volume-create')).usedBytes, null)
    bench.server.answer = () => ({ body: sample('releases-list') })
    const [release] = await bench.fly.releases('a', 1)
    assert.deepEqual([release?.version, release?.stable, release?.status], [46, false, 'running'])
  })

  test('instant and range queries give points in ms', { skip }, async () => {
    bench.server.answer = ({ path }) => ({
      body: sample(path.endsWith('query') ? 'prometheus-instant' : 'prometheus-range'),
    })
    const [instant] = await bench.fly.metrics('o', 'up')
    assert.deepEqual(instant, { labels: {}, points: [[1791375600123, 2]] })
    const range = { from: 1_000, to: 61_000, stepSeconds: 15 }
    const [series] = await bench.fly.metrics('o', 'up{app="a"}', range)
    assert.deepEqual(series?.points[0], [1791367200000, 212.3828125])
    assert.equal(
      String(bench.server.seen[1]?.query),
      'query=up%7Bapp%3D%22a%22%7D&start=1&end=61&step=15',
    )
    bench.server.answer = () => ({ status: 400, body: sample('prometheus-error') })
    assert.match((await failure(bench.fly.metrics('o', 'up}'))).message, /parse error/)
  })

  test('a page of logs', { skip }, async () => {
    bench.server.answer = () => ({ body: sample('log-http.page') })
    assert.deepEqual(await bench.fly.logs('a', { cursor: 'c', machine: 'm', region: 'iad' }), {
      lines: [
        {
          at: Date.parse('2026-06-04T21:25:05Z'),
          stamp: '2026-06-04T21:25:05.000Z',
          machine: 'machine-123',
          region: 'iad',
          level: 'info',
          provider: 'app',
          message: 'hello from container',
        },
      ],
      cursor: '1780608305000000000',
    })
    assert.equal(String(bench.server.seen[0]?.query), 'next_token=c&instance=m&region=iad')
  })
})
