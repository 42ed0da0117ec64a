import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  commandOf,
  envOf,
  guestOf,
  mountsOf,
  parseImage,
  processGroupOf,
  servicesOf,
} from '../../src/core/machine-config.ts'

const config = {
  image: 'ghcr.io/openclaw/openclaw:2026.9.1',
  env: { NODE_ENV: 'production', PORT: 3000, OPENCLAW_STATE_DIR: '/data' },
  guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 2048 },
  init: { cmd: ['node', 'dist/index.js', 'gateway', '--port', '3000'] },
  mounts: [{ volume: 'vol_1', path: '/data', name: 'openclaw_data' }, { volume: 'vol_2' }, null],
  services: [
    {
      internal_port: 3000,
      protocol: 'tcp',
      ports: [{ port: 443, handlers: ['tls', 'http'] }, { port: 80 }, {}],
      autostop: false,
      autostart: true,
      min_machines_running: 1,
    },
    { autostop: true },
    { autostop: 'suspend' },
  ],
  metadata: { fly_process_group: 'gateway' },
}

test('the parts of a config are read', () => {
  assert.deepEqual(guestOf(config), { cpuKind: 'shared', cpus: 2, memoryMb: 2048 })
  assert.deepEqual(mountsOf(config), [{ volume: 'vol_1', name: 'openclaw_data', path: '/data' }])
  assert.deepEqual(envOf(config), { NODE_ENV: 'production', OPENCLAW_STATE_DIR: '/data' })
  assert.deepEqual(commandOf(config).slice(0, 2), ['node', 'dist/index.js'])
  assert.equal(processGroupOf(config), 'gateway')
  const [first, second, third] = servicesOf(config)
  assert.deepEqual(first, {
    internalPort: 3000,
    protocol: 'tcp',
    ports: [443, 80],
    autostop: 'off',
    autostart: true,
    minMachinesRunning: 1,
  })
  assert.deepEqual(
    [second?.autostop, third?.autostop, third?.autostart],
    ['stop', 'suspend', false],
  )
})
test('an empty config has empty parts', () => {
  assert.deepEqual(
    [guestOf({}), mountsOf({}), envOf({}), commandOf({}), servicesOf({}), processGroupOf({})],
    [null, [], {}, [], [], 'app'],
  )
})
test('a size stands for its preset, and a kind nobody knows for none', () => {
  assert.deepEqual(guestOf({ size: 'shared-cpu-2x' }), {
    cpuKind: 'shared',
    cpus: 2,
    memoryMb: 512,
  })
  assert.deepEqual(guestOf({ size: 'performance-1x', guest: null }), {
    cpuKind: 'performance',
    cpus: 1,
    memoryMb: 2048,
  })
  assert.equal(guestOf({ guest: { cpu_kind: 'a100', cpus: 8, memory_mb: 1024 } }), null)
  assert.deepEqual(guestOf({ guest: { cpu_kind: '', cpus: 1, memory_mb: 256 } })?.cpuKind, 'shared')
})

const digest = `sha256:${'0'.repeat(64)}`
const IMAGES: ReadonlyArray<
  readonly [string, registry: string, repository: string, tag: string | null, digest?: string]
> = [
  ['nginx', 'docker.io', 'nginx', null],
  ['nginx:1.27', 'docker.io', 'nginx', '1.27'],
  ['flyio/postgres:14.4', 'docker.io', 'flyio/postgres', '14.4'],
  ['ghcr.io/openclaw/openclaw:2026.9.1', 'ghcr.io', 'openclaw/openclaw', '2026.9.1'],
  ['localhost:5000/a', 'localhost:5000', 'a', null],
  ['localhost/a:1', 'localhost', 'a', '1'],
  [
    `registry.fly.io/my-app:deployment-01@${digest}`,
    'registry.fly.io',
    'my-app',
    'deployment-01',
    digest,
  ],
  [`registry.fly.io/my-app@${digest}`, 'registry.fly.io', 'my-app', null, digest],
]
for (const [image, registry, repository, tag, at] of IMAGES) {
  test(`the image ${image.slice(0, 40)} is taken apart`, () => {
    assert.deepEqual(parseImage(image), { registry, repository, tag, digest: at ?? null })
  })
}
test('no config and no image name makes them throw', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...Object.keys(config), 'size'), fc.anything()),
      (any) => {
        guestOf(any)
        mountsOf(any)
        envOf(any)
        commandOf(any)
        servicesOf(any)
        processGroupOf(any)
      },
    ),
  )
  fc.assert(fc.property(fc.string(), (image) => void parseImage(image)))
})
