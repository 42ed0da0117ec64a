import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { OpsError } from '../../src/core/errors.ts'
import { cursorAt } from '../../src/core/fly.ts'
import { readEvents } from '../../src/fly/parse-event.ts'
import { readMachine } from '../../src/fly/parse-machine.ts'
import { timeMs } from '../../src/fly/schema.ts'
import { failure, startBench } from './client.ts'
import type { Bench } from './client.ts'
import { EVERY_CALL } from './every-call.ts'

let bench: Bench
before(async () => {
  bench = await startBench()
})
after(() => bench.close())
beforeEach(() => {
  bench.server.seen.length = 0
})

const folder = new URL('../../../shared/reference/fly/samples/', import.meta.url)
const skip = !existsSync(folder)
const sample = (name: string): string => readFileSync(new URL(`${name}.json`, folder), 'utf8')
/** What a call makes of a recorded answer. */
async function read<K extends keyof typeof EVERY_CALL>(name: K, file: string): Promise<unknown> {
  bench.server.answer = () => ({ body: sample(file) })
  return EVERY_CALL[name](bench.fly)
}

test('a started machine of 2025', { skip }, () => {
  assert.deepEqual(readMachine(JSON.parse(sample('machine-get.started.2025-09-10'))), {
    id: '080155df097248',
    name: 'machine',
    state: 'started',
    region: 'ams',
    version: '01K4SR42ZPDHHCN70QNZKVPK48',
    hostStatus: 'ok',
    cordoned: false,
    privateIp: 'fdaa:0:fcc8:a7b:32c:3a59:29d5:2',
    createdAt: Date.parse('2025-09-10T12:03:04Z'),
    updatedAt: Date.parse('2025-09-10T12:03:07Z'),
    config: {
      init: { swap_size_mb: 256 },
      guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 },
      image: 'getobelisk/obelisk:0.24.1-ubuntu',
      restart: { policy: 'on-failure' },
    },
    guest: { cpuKind: 'shared', cpus: 1, memoryMb: 256 },
    image: 'docker-hub-mirror.fly.io/getobelisk/obelisk:0.24.1-ubuntu',
    imageDigest: 'sha256:041f936be0d2494aca338e43efe052ee087c1e2520385c6f4640efa9e92ab06a',
    events: [
      {
        id: '01K4SR45V7PBDQ7HBHEAJ6C9YA',
        type: 'start',
        status: 'started',
        source: 'flyd',
        at: 1757505787751,
        exit: null,
      },
      {
        id: '01K4SR432JJXA85KC2RB63ANTA',
        type: 'launch',
        status: 'created',
        source: 'user',
        at: 1757505784914,
        exit: null,
      },
    ],
    checks: [],
  })
})

test('an exit of 2022, its time a number', { skip }, () => {
  const machine = readMachine(JSON.parse(sample('machine-get.exit-event.2022')))
  assert.deepEqual(machine?.events[0]?.exit, {
    at: 1653047897299,
    code: 127,
    signal: 0,
    oom: false,
    requested: false,
    restarting: false,
    restartCount: 0,
  })
  assert.equal(machine?.hostStatus, 'ok')
})
test("a user's restart, in the monitor's event, and the checks", { skip }, () => {
  const machine = readMachine(JSON.parse(sample('machine-get.user-restart.2022-11')))
  const exit = machine?.events.find(({ type }) => type === 'exit')?.exit
  assert.deepEqual(exit, {
    at: Date.parse('2022-11-22T21:17:51.924Z'),
    code: 0,
    signal: 0,
    oom: false,
    requested: true,
    restarting: false,
    restartCount: 0,
  })
  assert.deepEqual(
    machine?.checks.map(({ name, status }) => `${name} ${status}`),
    ['pg passing', 'vm passing', 'role passing'],
  )
})
test('an exit by lack of memory, and one that belongs to an update', { skip }, () => {
  const oom = readEvents(JSON.parse(sample('events.oom.synthetic')))
  assert.deepEqual(oom?.[1]?.exit, {
    at: Date.parse('2026-10-06T12:00:00.4Z'),
    code: 137,
    signal: 9,
    oom: true,
    requested: false,
    restarting: true,
    restartCount: 2,
  })
  const update = readEvents(JSON.parse(sample('events.update-then-old-exit.synthetic')))
  assert.deepEqual(
    update?.map(({ type }) => type),
    ['exit', 'update', 'start'],
  )
  assert.equal(update?.[0]?.exit?.at, 1790581205000)
})
test('a guest without a kind is a shared one', { skip }, () => {
  const machine = readMachine(JSON.parse(sample('machine-update.2022')))
  assert.deepEqual(machine?.guest, { cpuKind: 'shared', cpus: 2, memoryMb: 512 })
})
for (const name of [
  'machine-create.2023-11',
  'machine-get.created.2026-03-31',
  'machine-get.started.2023-10',
]) {
  test(`${name} is read`, { skip }, () => {
    const machine = readMachine(JSON.parse(sample(name)))
    assert.match(machine?.id ?? '', /^\w+$/)
    assert.match(machine?.version ?? '', /^[0-9A-Z]{26,27}$/)
    assert.notEqual(machine?.guest, null)
  })
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
test('a cursor keeps all its digits, however it is sent', async () => {
  const trap = JSON.stringify('"next_token":1}')
  const tokens = ['"1780608305000000001"', '1780608305000000001', '""', 'null']
  const cursors = []
  for (const token of tokens) {
    const data = `[{"attributes":{"message":${trap}}}]`
    bench.server.answer = () => ({ body: `{"data":${data},"meta":{"next_token":${token}}}` })
    cursors.push((await bench.fly.logs('a', { cursor: 'before' })).cursor)
  }
  const exact = '1780608305000000001'
  assert.deepEqual(cursors, [exact, exact, 'before', 'before'])
  assert.equal(cursorAt(1780608305000.7), '1780608305000000000')
})

test('a list that Go sends as null is empty; one that is not there is not known to be', async () => {
  const methods = ['addresses', 'secrets', 'releases', 'tokenScopes', 'regions'] as const
  for (const name of methods) {
    const key = {
      addresses: 'ips',
      tokenScopes: 'tokens',
      secrets: name,
      releases: name,
      regions: 'Regions',
    }[name]
    bench.server.answer = () => ({ body: { [key]: null } })
    assert.deepEqual(await EVERY_CALL[name](bench.fly), [])
    for (const body of [{}, { [key]: {} }, { [key]: [7] }, []]) {
      bench.server.answer = () => ({ body })
      assert.equal((await failure(EVERY_CALL[name](bench.fly))).code, 'server')
    }
  }
})
test('what is on its way out is no volume', async () => {
  const states = ['created', 'scheduling_destroy', 'pending_destroy', 'destroyed', 'hydrating']
  bench.server.answer = () => ({ body: states.map((state) => ({ id: state, state })) })
  const found = await bench.fly.volumes('a')
  assert.deepEqual(
    found.map(({ state }) => state),
    ['created', 'hydrating'],
  )
})
test('an unreachable machine has no config, and none is made up', () => {
  const machine = readMachine({
    id: 'm1',
    host_status: 'unreachable',
    config: null,
    incomplete_config: { image: 'x', guest: { cpus: 1, memory_mb: 256 } },
  })
  assert.deepEqual([machine?.config, machine?.guest, machine?.image], [null, null, null])
  assert.equal(readMachine({ id: 'm1' })?.hostStatus, 'unknown')
})
test('the monitor wins, and compatibility checks are dropped', () => {
  const request = {
    exit_event: { exit_code: 1 },
    MonitorEvent: { exit_event: { exit_code: 0, guest_exit_code: 78 } },
    restart_count: 3,
  }
  const events = [{ type: 'exit', timestamp: 1_790_000_000_000, request }]
  const checks = [{ name: 'bg_deployments_compat_x' }, { name: 'http' }]
  const machine = readMachine({ id: 'm', version: 'new', instance_id: 'old', events, checks })
  assert.deepEqual(
    [machine?.events[0]?.exit?.code, machine?.events[0]?.exit?.restartCount],
    [78, 3],
  )
  assert.deepEqual(machine?.checks, [{ name: 'http', status: 'unknown', output: '' }])
  assert.equal(machine?.version, 'new')
})
test('addresses tell what they are even without a type', async () => {
  const ips = [
    { ip: '1.2.3.4' },
    { ip: '1.2.3.4', shared: true },
    { ip: '2a09::1' },
    { ip: 'fdaa:0:1::2', type: 'v6', network: { name: 'other' } },
    { ip: '1.2.3.4', egress: true },
    { ip: '2a09::1', egress: true },
    { ip: '2a09::1', type: 'something_new' },
    { ip: '2a09::1', type: 'private_v6' },
    { ip: '1.2.3.4', type: 'egress_pair' },
  ]
  bench.server.answer = () => ({ body: { ips } })
  const found = await bench.fly.addresses('a')
  const types = [
    'v4',
    'shared_v4',
    'v6',
    'private_v6',
    'egress_v4',
    'egress_v6',
    'v6',
    'v6',
    'egress_pair',
  ]
  assert.deepEqual(
    found.map(({ type }) => type),
    types,
  )
  assert.equal(found[3]?.network, 'other')
})
test('times are read in every form', () => {
  const at = Date.parse('2026-10-01T00:00:00Z')
  const forms = ['2026-10-01T00:00:00Z', at, at / 1000, '', 'x', null, 0, NaN]
  assert.deepEqual(forms.map(timeMs), [at, at, at, null, null, null, null, null])
})

// Bodies that look right at first: the known names with anything in them.
const NAMES =
  'id name state config guest events request exit_event MonitorEvent checks image_ref ips ip Regions regions data meta next_token attributes result resultType metric values value secrets tokens releases version nonce expires_at volume user_config listen_sockets __proto__ toString'
const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
  tree: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES.split(' ')), tie('tree'), { maxKeys: 6 }),
  ),
}))
test('no answer makes a method fail in any other way than it should', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(tree, fc.jsonValue()), async (body) => {
      bench.server.answer = () => ({ body: JSON.stringify(body) ?? '' })
      const outcomes = await Promise.allSettled(
        Object.values(EVERY_CALL).map((call) => call(bench.fly)),
      )
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue
        assert.ok(outcome.reason instanceof OpsError, String(outcome.reason))
        assert.ok(['server', 'ambiguous'].includes(outcome.reason.code), outcome.reason.code)
      }
    }),
    { numRuns: 40 },
  )
})
test('reading a machine never throws', () => {
  fc.assert(
    fc.property(fc.oneof(tree, fc.anything()), (value) => {
      readMachine(value)
      readEvents(value)
    }),
    { numRuns: 1000 },
  )
})
