import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { untoldIn } from '../../../src/core/deploy-export/untold.ts'
import { recommended } from '../../../src/core/deploy-launch/recommended.ts'
import { wantedOf } from '../../../src/core/deploy-launch/target.ts'
import type { MachineConfig } from '../../../src/core/fly.ts'
import { flyToml } from '../../../src/core/fly-toml.ts'
import { differences } from '../../../src/core/mutation/config.ts'
import { goDuration } from '../../../src/core/go-duration.ts'
import { isLegal } from '../../../src/core/sizes.ts'
import { openclawConfig } from '../../fakes/fly/openclaw.ts'
import { configFromToml } from '../../helpers/from-toml.ts'
import { runs } from '../../helpers/runs.ts'

type Bag = Record<string, unknown>

const list = (value: unknown): readonly Bag[] => (value ?? []) as readonly Bag[]
const without = (all: Readonly<Bag>, ...names: readonly string[]): Bag =>
  Object.fromEntries(Object.entries(all).filter(([one]) => !names.includes(one)))
const by =
  (...names: readonly string[]) =>
  (a: Bag, b: Bag): number => {
    const key = (one: Bag) => names.map((field) => JSON.stringify(one[field] ?? null)).join()
    return key(a) < key(b) ? -1 : 1
  }
const lower = (check: Bag): Bag =>
  typeof check['method'] === 'string' ? { ...check, method: check['method'].toLowerCase() } : check

/** Lists whose order means nothing come in one order, and a volume is known by its name alone. */
function ordered(whole: MachineConfig): MachineConfig {
  const config = without(whole, 'metadata')
  const env = Object.entries((config['env'] ?? {}) as Bag)
  return {
    ...config,
    env: Object.fromEntries(env.filter(([one]) => one !== 'PRIMARY_REGION')),
    mounts: list(config['mounts']).map((mount) => without(mount, 'volume', 'size_gb', 'encrypted')),
    checks: Object.fromEntries(
      Object.entries((config['checks'] ?? {}) as Record<string, Bag>).map(([one, check]) => [
        one,
        lower(check),
      ]),
    ),
    services: list(config['services']).map((service) => ({
      ...service,
      ports: list(service['ports'])
        .map((one) => ({ ...one, handlers: ((one['handlers'] ?? []) as string[]).toSorted() }))
        .toSorted(by('port', 'handlers', 'force_https')),
      checks: list(service['checks'])
        .map(lower)
        .toSorted(by('type', 'path', 'interval', 'timeout', 'grace_period')),
    })),
  }
}

/** Sorting has moved what lies in lists. */
const anywhere = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]')

/** What the file does not bring back and nobody was told of. */
function lost(config: MachineConfig): readonly string[] {
  const told = untoldIn(config).map(anywhere)
  const back = configFromToml(flyToml({ app: 'a', region: 'iad', config }))
  return differences(ordered(config), ordered(back))
    .map(({ path }) => anywhere(path))
    .filter((path) => !told.some((one) => one.startsWith(path) || path.startsWith(one)))
}

test('the guide’s deployments and those that are launched come back whole, with nothing to tell', () => {
  const launches = [true, false].map((open) => {
    const { name: _, ...wanted } = wantedOf({ private: !open })
    const rest = { org: 'o', existed: false, addresses: [], secrets: [], keys: [], allocate: [] }
    return recommended({ ...wanted, ...rest }, { volume: 'vol_1', job: 'J-1' })
  })
  const image = 'ghcr.io/openclaw/openclaw:2026.9.6'
  for (const config of [
    ...launches,
    openclawConfig({ image, volume: 'vol_1' }),
    openclawConfig({ image, volume: 'vol_1', private: true }),
  ]) {
    assert.deepEqual(lost(config), [])
    assert.deepEqual(untoldIn(config), [])
  }
})

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((one) => one.toWellFormed())
const name = fc
  .stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/)
  .filter((one) => !/TOKEN|SECRET|PASS|KEY|AUTH|CREDENTIAL|COOKIE|DSN|PRIVATE/.test(one))
const value = word.filter((one) => !/\/\/|^(?:sk|xox|ghp|fm[12])[-_]/i.test(one))
const seconds = fc.integer({ min: 1, max: 300 }).map((n) => goDuration(n * 1000))
const port = fc.integer({ min: 1, max: 65_535 })

const guest = fc
  .record({
    cpu_kind: fc.constantFrom('shared' as const, 'performance' as const),
    cpus: fc.constantFrom(1, 2, 4, 6, 8),
    steps: fc.integer({ min: 1, max: 32 }),
  })
  .map(({ cpu_kind, cpus, steps }) => ({
    cpu_kind,
    cpus,
    memory_mb: steps * (cpu_kind === 'shared' ? 256 : 2048),
  }))
  .filter(({ cpu_kind, cpus, memory_mb }) =>
    isLegal({ cpuKind: cpu_kind, cpus, memoryMb: memory_mb }),
  )

const times = { interval: seconds, timeout: seconds, grace_period: seconds }
const check = fc.oneof(
  fc.record({ type: fc.constant('tcp'), ...times }),
  fc.record({
    type: fc.constant('http'),
    method: fc.constantFrom('get', 'head'),
    path: fc.constantFrom('/', '/healthz', '/a b'),
    ...times,
  }),
)
const odd = fc.constantFrom<Bag>(
  {},
  {},
  { tls_skip_verify: true },
  { headers: [{ name: 'X', values: ['y'] }] },
)
const oddPort = fc.constantFrom<Bag>(
  {},
  {},
  {},
  { tls_options: { alpn: ['h2'] } },
  { force_https: true },
)
const anyPort = fc
  .tuple(fc.record({ port, handlers: fc.subarray(['http', 'tls', 'proxy_proto']) }), oddPort)
  .map(([one, more]) => ({ ...one, ...more }))
const webPorts = fc.tuple(fc.boolean(), oddPort).map(([force, more]) => [
  { port: 443, handlers: ['http', 'tls'], ...more },
  { port: 80, handlers: ['http'], force_https: force },
])
const service = fc.record({
  protocol: fc.constantFrom('tcp', 'udp'),
  internal_port: port,
  autostart: fc.boolean(),
  autostop: fc.constantFrom<unknown>('off', 'stop', 'suspend', true, false),
  min_machines_running: fc.integer({ min: 0, max: 3 }),
  ports: fc.oneof(webPorts, fc.array(anyPort, { maxLength: 3 })),
  checks: fc.array(
    fc.tuple(check, odd).map(([one, more]) => ({ ...one, ...more })),
    { maxLength: 2 },
  ),
  concurrency: fc.constantFrom<unknown>(undefined, {
    type: 'requests',
    soft_limit: 20,
    hard_limit: 25,
  }),
  mystery: fc.constantFrom(undefined, 1),
})

const config: fc.Arbitrary<MachineConfig> = fc.record({
  image: fc.constantFrom(
    'ghcr.io/openclaw/openclaw:2026.9.6',
    'registry.fly.io/a:deployment-1@sha256:ab',
  ),
  env: fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
  init: fc.record({
    cmd: fc
      .array(word, { maxLength: 6 })
      .filter((words) => !/--(?:token|password|auth)/i.test(words.join(' '))),
    entrypoint: fc.constantFrom<unknown>(undefined, ['/bin/x']),
    swap_size_mb: fc.constantFrom(undefined, 512),
  }),
  guest: fc
    .tuple(guest, fc.constantFrom<Bag>({}, {}, { kernel_args: ['a'] }))
    .map(([one, more]) => ({ ...one, ...more })),
  mounts: fc.constantFrom<unknown>(
    [],
    [{ volume: 'vol_1', name: 'openclaw_data', path: '/data', size_gb: 1, encrypted: true }],
    [{ volume: 'vol_1', name: 'd', path: '/data', extend_threshold_percent: 80 }],
  ),
  services: fc.array(service, { maxLength: 3 }),
  checks: fc.dictionary(
    fc.constantFrom('up', 'a.b', 'c d'),
    fc.tuple(check, port).map(([one, at]) => ({ ...one, port: at })),
    { maxKeys: 2, noNullPrototype: true },
  ),
  restart: fc.constantFrom<unknown>(
    undefined,
    { policy: 'no' },
    { policy: 'on-failure', max_retries: 10 },
    { policy: 'always' },
  ),
  stop_config: fc.constantFrom<unknown>(
    undefined,
    { signal: 'SIGTERM', timeout: '1m0s' },
    { timeout: 5_000_000_000 },
  ),
  files: fc.constantFrom<unknown>(undefined, [{ guest_path: '/x', raw_value: 'eA==' }]),
  schedule: fc.constantFrom(undefined, 'daily'),
  auto_destroy: fc.constantFrom(undefined, true, false),
  metadata: fc.constantFrom<unknown>(
    undefined,
    { fly_process_group: 'app' },
    { fly_process_group: 'web', mine: 'x' },
  ),
})

test('whatever a machine runs with is in the file, or is told to be missing', () => {
  fc.assert(
    fc.property(config, (one) => {
      assert.deepEqual(lost(one), [])
    }),
    { numRuns: runs(300) },
  )
})

test('what is told is really missing: the file carries everything else', () => {
  const paths = untoldIn({
    image: 'x',
    init: { cmd: ['a'], entrypoint: ['/e'] },
    services: [
      {
        internal_port: 1,
        ports: [{ port: 443, tls_options: { alpn: ['h2'] } }],
        checks: [{ type: 'http', tls_skip_verify: true }],
      },
    ],
    checks: { up: { type: 'http', headers: [{ name: 'X' }] } },
    files: [{ guest_path: '/x' }],
    metadata: { fly_release_version: '3', mine: 'x' },
    auto_destroy: false,
  })
  assert.deepEqual(paths.toSorted(), [
    'checks.up.headers',
    'files',
    'init.entrypoint',
    'metadata.mine',
    'services[0].checks[0].tls_skip_verify',
    'services[0].ports[0].tls_options',
  ])
})
