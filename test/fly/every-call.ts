import type { Fly, Guest } from '../../src/core/fly.ts'

const guest: Guest = { cpuKind: 'shared', cpus: 2, memoryMb: 2048 }

/** A call of every method of the port: a method that is missing here is a type error. */
export const EVERY_CALL: Readonly<
  Record<Exclude<keyof Fly, 'with'>, (fly: Fly) => Promise<unknown>>
> = {
  app: (fly) => fly.app('my-app'),
  createApp: (fly) => fly.createApp({ name: 'my-app', org: 'personal' }),
  deleteApp: (fly) => fly.deleteApp('my-app'),
  machines: (fly) => fly.machines('my-app'),
  machine: (fly) => fly.machine('my-app', 'm1'),
  createMachine: (fly) => fly.createMachine('my-app', { config: { image: 'x', guest: {} } }),
  updateMachine: (fly) =>
    fly.updateMachine('my-app', 'm1', {
      config: { env: { API_TOKEN: SECRETS.env }, files: [{ raw_value: SECRETS.file }] },
      currentVersion: 'v1',
      nonce: SECRETS.nonce,
    }),
  destroyMachine: (fly) => fly.destroyMachine('my-app', 'm1', SECRETS.nonce),
  start: (fly) => fly.start('my-app', 'm1', SECRETS.nonce),
  stop: (fly) => fly.stop('my-app', 'm1', { timeoutSeconds: 60 }),
  restart: (fly) => fly.restart('my-app', 'm1', { timeoutSeconds: 60 }),
  suspend: (fly) => fly.suspend('my-app', 'm1'),
  cordon: (fly) => fly.cordon('my-app', 'm1'),
  uncordon: (fly) => fly.uncordon('my-app', 'm1'),
  wait: (fly) => fly.wait('my-app', 'm1', { state: 'stopped', seconds: 60, version: 'v1' }),
  events: (fly) => fly.events('my-app', 'm1'),
  versions: (fly) => fly.versions('my-app', 'm1'),
  lease: (fly) => fly.lease('my-app', 'm1', { ttlSeconds: 120, nonce: SECRETS.nonce }),
  currentLease: (fly) => fly.currentLease('my-app', 'm1'),
  releaseLease: (fly) => fly.releaseLease('my-app', 'm1', SECRETS.nonce),
  exec: (fly) => fly.exec('my-app', 'm1', { command: ['sh', '-c', SECRETS.script], seconds: 20 }),
  processes: (fly) => fly.processes('my-app', 'm1'),
  metadata: (fly) => fly.metadata('my-app', 'm1'),
  patchMetadata: (fly) => fly.patchMetadata('my-app', 'm1', { a: 'b', c: null }),
  volumes: (fly) => fly.volumes('my-app'),
  createVolume: (fly) =>
    fly.createVolume('my-app', { name: 'data', region: 'fra', sizeGb: 1, compute: guest }),
  extendVolume: (fly) => fly.extendVolume('my-app', 'vol_1', 3),
  deleteVolume: (fly) => fly.deleteVolume('my-app', 'vol_1'),
  snapshots: (fly) => fly.snapshots('my-app', 'vol_1'),
  createSnapshot: (fly) => fly.createSnapshot('my-app', 'vol_1'),
  secrets: (fly) => fly.secrets('my-app'),
  setSecrets: (fly) => fly.setSecrets('my-app', { A: SECRETS.value, B: null }),
  addresses: (fly) => fly.addresses('my-app'),
  certificates: (fly) => fly.certificates('my-app'),
  allocateAddress: (fly) => fly.allocateAddress('my-app', { type: 'private_v6' }),
  releaseAddress: (fly) => fly.releaseAddress('my-app', '2a09::1'),
  regions: (fly) => fly.regions(),
  placements: (fly) => fly.placements({ org: 'personal', region: 'fra', guest, count: 1 }),
  releases: (fly) => fly.releases('my-app', 5),
  tokenScopes: (fly) => fly.tokenScopes(),
  logs: (fly) => fly.logs('my-app', { cursor: '1780608305000000001', machine: 'm1' }),
  metrics: (fly) => fly.metrics('personal', 'up', { from: 1000, to: 61_000, stepSeconds: 15 }),
}

/** What the calls above carry and no error may repeat. */
export const SECRETS = {
  env: 'canary-env-value',
  file: 'Y2FuYXJ5LWZpbGU=',
  nonce: 'canarynonce01',
  script: 'printf canary-script "$TOKEN"',
  value: 'canary "secret" value/1',
} as const
