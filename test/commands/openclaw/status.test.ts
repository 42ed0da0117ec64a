import assert from 'node:assert/strict'
import { test } from 'node:test'
import status from '../../../commands/openclaw/status.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { WorkContext } from '../../../src/core/context.ts'
import type { Fly } from '../../../src/core/fly.ts'
import type { GatewayReport } from '../../../src/core/gateway.ts'
import type { Store } from '../../../src/core/ports.ts'
import { tr } from '../../../src/core/text.ts'
import { START as NOW } from '../../helpers/clock.ts'
import { createTestClock } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { type Ran, runWork, scriptedFly, scriptedGateway } from '../../helpers/run-command.ts'

type Calls = Partial<Pick<Fly, 'app' | 'machines' | 'events' | 'addresses' | 'volumes' | 'secrets'>>
const fail = () => Promise.reject(made.failed())

function ran(
  calls: Calls = {},
  probe: () => Promise<GatewayReport> = async () => made.report(),
  more: Partial<WorkContext> = {},
) {
  const fly = scriptedFly({
    app: async () => made.app(),
    machines: async () => [made.machine()],
    addresses: async () => [made.address(), made.address({ address: '2a09::1', type: 'v6' })],
    volumes: async () => [made.volume()],
    secrets: async () => [made.secret()],
    ...calls,
  })
  return runWork(status, {}, { fly, gateway: scriptedGateway({ probe }), ...more })
}
type Shape = Readonly<Record<string, unknown>>
const result = ({ result: found }: Ran) => found as Record<string, unknown>
const keys = (value: unknown) => Object.keys(value as Shape).sort()
const first = (value: unknown) => (value as readonly Shape[])[0]

const stopped = async () => [
  made.machine({
    state: 'stopped',
    events: [made.event('exit', NOW - 60_000, { code: 137, oom: true })],
    checks: [],
  }),
]
const unreachable = async () => [
  made.machine({ hostStatus: 'unreachable', config: null, guest: null, image: null, events: [] }),
]
const down = async () => made.report({ ready: false, reason: tr('It starts.', '啟動中。') })

const CASES: ReadonlyArray<readonly [name: string, run: () => Promise<Ran>]> = [
  ['healthy', () => ran()],
  ['no machines', () => ran({ machines: async () => [] })],
  ['stopped', () => ran({ machines: stopped })],
  ['host unreachable', () => ran({ machines: unreachable })],
  ['partial failure', () => ran({ volumes: fail, secrets: fail, addresses: fail })],
  ['gateway not ready', () => ran({}, down)],
  ['gateway unknown', () => ran({}, fail)],
]

for (const [name, run] of CASES)
  test(`status ${name}: the field names of the contract, and the words in both languages`, async (t) => {
    const one = await run()
    const { gateway, machines, ips, volumes, secrets } = result(one)
    // `command` and the gateway's channels and memory are additions; a name of CONTRACT §3 is never taken away.
    assert.deepEqual(
      keys(result(one)),
      'app costUsdMonth gateway ips machines private secrets url volumes warnings'.split(' '),
    )
    for (const field of ['ready', 'version', 'uptimeMs', 'reason'])
      assert.ok(keys(gateway).includes(field), field)
    if (first(machines)) {
      const contract =
        'id name state region size memoryMb image checks hostStatus startedAt lastExit'.split(' ')
      for (const field of contract) assert.ok(keys(first(machines)).includes(field), field)
    }
    if (first(ips)) assert.deepEqual(keys(first(ips)), ['address', 'region', 'type'])
    if (first(volumes))
      assert.deepEqual(keys(first(volumes)), ['attachedMachine', 'id', 'name', 'sizeGb', 'usedGb'])
    if (first(secrets)) assert.deepEqual(keys(first(secrets)), ['digest', 'name', 'staged'])
    t.assert.snapshot(result(one))
    for (const said of [one.en, one.zh])
      t.assert.snapshot(renderConsole(said), { serializers: [(value) => String(value)] })
  })

test('status: the healthy deployment in figures', async () => {
  const one = await ran()
  const found = result(one)
  assert.deepEqual(
    [found['app'], found['private'], found['url'], found['warnings'], found['costUsdMonth']],
    ['my-openclaw', false, 'https://my-openclaw.fly.dev', [], found['costUsdMonth']],
  )
  assert.deepEqual(first(found['machines']), {
    id: 'd8912345c67890',
    name: 'calm-lobster-12',
    state: 'started',
    region: 'nrt',
    size: 'shared-cpu-2x',
    memoryMb: 2048,
    image: 'ghcr.io/openclaw/openclaw:2026.8.2',
    command: 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan',
    checks: [{ name: 'gateway', status: 'passing' }],
    hostStatus: 'ok',
    startedAt: '2026-11-20T11:00:00.000Z',
    lastExit: null,
  })
  assert.deepEqual(first(found['volumes']), {
    id: 'vol_1',
    name: 'openclaw_data',
    sizeGb: 1,
    usedGb: 0.25,
    attachedMachine: 'd8912345c67890',
  })
  assert.equal(one.reply.tone, 'ok')
})

const TONES: ReadonlyArray<
  readonly [string, () => Promise<Ran>, tone: string, ready: boolean | null]
> = [
  ['healthy', () => ran(), 'ok', true],
  ['no machines', () => ran({ machines: async () => [] }), 'error', false],
  ['stopped', () => ran({ machines: stopped }), 'error', false],
  ['unreachable', () => ran({ machines: unreachable }), 'error', null],
  ['a part unknown', () => ran({ volumes: fail }), 'warn', true],
  ['gateway not ready', () => ran({}, down), 'error', false],
  ['gateway unknown', () => ran({}, fail), 'warn', null],
]
for (const [name, run, tone, ready] of TONES)
  test(`status ${name}: ${tone}, ready ${ready}`, async () => {
    const one = await run()
    assert.equal(one.reply.tone, tone)
    assert.equal((result(one)['gateway'] as Shape)['ready'], ready)
  })

test('status: with one cause for everything the cause is the answer', async () => {
  const all = { app: fail, machines: fail, addresses: fail, volumes: fail, secrets: fail }
  await assert.rejects(ran(all), { code: 'server', message: 'Fly has a fault.' })
})

test('status: what is unknown is neither private nor free', async () => {
  const one = result(await ran({ addresses: fail, machines: fail }))
  assert.deepEqual(
    [one['private'], one['url'], one['costUsdMonth'], (one['gateway'] as Shape)['ready']],
    [null, null, null, null],
  )
})

test('status: a public app without a service has no address to open', async () => {
  const bare = async () => [made.machine({ config: made.config({ services: [] }) })]
  const one = result(await ran({ machines: bare }))
  assert.deepEqual([one['private'], one['url']], [false, null])
})

test('status: it leaves the machines’ ids for completion, and offers what may come next', async () => {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const fly = scriptedFly({
    app: async () => made.app(),
    machines: async () => [made.machine()],
    addresses: async () => [],
    volumes: async () => [],
    secrets: async () => [],
  })
  const gateway = scriptedGateway({ probe: async () => made.report() })
  const { reply } = await runWork(status, {}, { fly, gateway, store, clock })
  assert.deepEqual(await store.get('hint', 'machine.my-openclaw'), ['d8912345c67890'])
  assert.deepEqual(
    reply.actions?.map(({ intent }) => intent?.do === 'run' && [intent.command, intent.input]),
    ['status', 'logs', 'restart', 'memory', 'doctor'].map((verb) => [
      `openclaw ${verb}`,
      { app: 'my-openclaw' },
    ]),
  )
})

test('status: the machines’ ids are written when they have changed, and not at every look', async () => {
  const clock = createTestClock()
  const memory = createMemoryStore(clock)
  const written: unknown[] = []
  const store: Store = {
    ...memory,
    update: (bucket, id, change, options) =>
      memory.update(
        bucket,
        id,
        (known) => {
          const next = change(known)
          if (next !== undefined) written.push(next)
          return next
        },
        options,
      ),
  }
  for (const id of ['m1', 'm1', 'm2'])
    await ran({ machines: async () => [made.machine({ id })] }, undefined, { store, clock })
  assert.deepEqual(written, [['m1'], ['m2']])
})

test('status: a crash loop is seen though the list of machines carries five events of each', async () => {
  const loop = Array.from({ length: 3 }, (_, n) => [
    made.event('start', NOW - 5000 - n * 60_000),
    made.event('exit', NOW - 10_000 - n * 60_000, { code: 1, requested: false, restarting: true }),
  ]).flat()
  const before = made.event('start', NOW - 3_600_000)
  const found = async (events: Fly['events']) => {
    const machines = async () => [made.machine({ events: loop.slice(0, 5) })]
    const { warnings } = result(await ran({ machines, events })) as {
      warnings: ReadonlyArray<{ readonly id: string }>
    }
    return warnings.map(({ id }) => id).filter((id) => id === 'crashloop')
  }
  assert.deepEqual(await found(async () => [...loop, before]), ['crashloop'])
  assert.deepEqual(await found(fail), [], 'what can not be asked for is not made up')
})
