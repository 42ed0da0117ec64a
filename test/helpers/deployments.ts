import type { AppSecret, FlyApp, IpAddress, Machine, Volume } from '../../src/core/fly.ts'
import type { GatewayReport } from '../../src/core/gateway.ts'
import type { Deployment } from '../../src/core/deployment.ts'
import { OpsError } from '../../src/core/errors.ts'
import type { Look } from '../../src/core/in-time.ts'
import { tr } from '../../src/core/text.ts'
import { START } from './clock.ts'
import { APPS } from './people.ts'

const HOUR = 3_600_000
const [APP] = APPS

/** The parts of a deployment that is as the guide wants it: public, one machine of 2 GB, one volume, its token set before. */
export const app = (more: Partial<FlyApp> = {}): FlyApp => ({
  name: APP,
  status: 'deployed',
  org: 'personal',
  network: null,
  ...more,
})

const COMMAND = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
export const config = (more: Readonly<Record<string, unknown>> = {}) => ({
  env: { NODE_OPTIONS: '--max-old-space-size=1536', OPENCLAW_STATE_DIR: '/data' },
  init: { cmd: COMMAND.split(' ') },
  mounts: [{ volume: 'vol_1', name: 'openclaw_data', path: '/data' }],
  services: [{ internal_port: 3000, protocol: 'tcp', autostop: 'off', ports: [{ port: 443 }] }],
  ...more,
})

export const event = (
  type: string,
  at: number,
  exit: Partial<NonNullable<Machine['events'][number]['exit']>> | null = null,
): Machine['events'][number] => ({
  id: `${type}-${at}`,
  type,
  status: type === 'exit' ? 'stopped' : 'started',
  source: 'flyd',
  at,
  exit:
    exit === null
      ? null
      : {
          at,
          code: 1,
          signal: -1,
          oom: false,
          requested: false,
          restarting: true,
          restartCount: 0,
          ...exit,
        },
})

export const machine = (more: Partial<Machine> = {}): Machine => ({
  id: 'd8912345c67890',
  name: 'calm-lobster-12',
  state: 'started',
  region: 'nrt',
  version: '01V',
  hostStatus: 'ok',
  cordoned: false,
  privateIp: 'fdaa::2',
  createdAt: START - 900 * HOUR,
  updatedAt: START - 50 * HOUR,
  config: config(),
  guest: { cpuKind: 'shared', cpus: 2, memoryMb: 2048 },
  image: 'ghcr.io/openclaw/openclaw:2026.8.2',
  imageDigest: null,
  lease: null,
  events: [event('start', START - 49 * HOUR), event('update', START - 50 * HOUR)],
  checks: [{ name: 'gateway', status: 'passing', output: '' }],
  ...more,
})

export const volume = (more: Partial<Volume> = {}): Volume => ({
  id: 'vol_1',
  name: 'openclaw_data',
  state: 'created',
  region: 'nrt',
  sizeGb: 1,
  usedBytes: 268_435_456,
  totalBytes: 1_073_741_824,
  attachedMachine: 'd8912345c67890',
  hostStatus: 'ok',
  snapshotRetentionDays: 5,
  autoBackup: true,
  createdAt: START - 900 * HOUR,
  ...more,
})

export const secret = (more: Partial<AppSecret> = {}): AppSecret => ({
  name: 'OPENCLAW_GATEWAY_TOKEN',
  digest: 'a1b2c3d4',
  createdAt: START - 900 * HOUR,
  updatedAt: START - 60 * HOUR,
  ...more,
})

export const address = (more: Partial<IpAddress> = {}): IpAddress => ({
  address: '66.241.124.10',
  type: 'shared_v4',
  region: 'global',
  network: null,
  createdAt: null,
  ...more,
})

export const report = (more: Partial<GatewayReport> = {}): GatewayReport => ({
  ready: true,
  reason: null,
  version: '2026.8.2',
  uptimeMs: 49 * HOUR,
  bootId: 'b-1',
  channels: ['discord', 'telegram'],
  rssBytes: 512 * 1_048_576,
  pid: 700,
  port: 3000,
  stateDir: '/data',
  layout: 'direct',
  stateOnVolume: true,
  ...more,
})

export const known = <T>(value: T): Look<T> => ({ known: true, value })

export const failed = (code: OpsError['code'] = 'server'): OpsError =>
  new OpsError(code, tr('Fly has a fault.', 'Fly 發生錯誤。'))
export const unknown = (): Look<never> => {
  const error = failed()
  return { known: false, why: error.text, error }
}

/** One look at it, with parts changed. */
export const deployment = (more: Partial<Deployment> = {}): Deployment => ({
  app: APP,
  info: known(app()),
  machines: known([machine()]),
  addresses: known([address(), address({ address: '2a09::1', type: 'v6' })]),
  volumes: known([volume()]),
  secrets: known([secret()]),
  gateway: known(report()),
  ...more,
})
