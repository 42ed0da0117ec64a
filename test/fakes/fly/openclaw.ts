import type { Builders } from './builders.ts'
import type { FakeMachine, FakeVolume, Json } from './types.ts'

export interface OpenclawRequest {
  readonly app?: string
  /** Tag of the image. */
  readonly version?: string
  readonly region?: string
  readonly guest?: {
    readonly cpu_kind?: string
    readonly cpus?: number
    readonly memory_mb?: number
  }
  /** No services and one private address, as after the private deployment. */
  readonly private?: boolean
  /** Path of the service's health check; `null` for none, as in the older guide. */
  readonly check?: string | null
  readonly secrets?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly cmd?: readonly string[]
  /** Merged over the machine's config, field by field. */
  readonly config?: Json
  readonly state?: string
  readonly machineId?: string
}
export interface OpenclawDeployment {
  readonly app: string
  readonly machine: FakeMachine
  readonly volume: FakeVolume
  /** Value of OPENCLAW_GATEWAY_TOKEN when it was deployed. */
  readonly gatewayToken: string
}

const gatewayToken = '5f1d2c3b4a5968778695a4b3c2d1e0f05f1d2c3b4a5968778695a4b3c2d1e0f0'

/** The whole deployment of the guide: app, volume, secrets, one running machine, addresses, release. */
export async function deployOpenclaw(
  builders: Builders,
  request: OpenclawRequest = {},
): Promise<OpenclawDeployment> {
  const { app = 'my-openclaw', region = 'iad', version = '2026.9.6' } = request
  const image = `ghcr.io/openclaw/openclaw:${version}`
  const secrets = {
    OPENCLAW_GATEWAY_TOKEN: gatewayToken,
    ANTHROPIC_API_KEY: 'sk-ant-fake-0123456789',
    ...request.secrets,
  }
  builders.addApp({ name: app })
  builders.setSecrets(app, secrets)
  const volume = builders.addVolume({ app, name: 'openclaw_data', region, sizeGb: 1 })
  const config = openclawConfig({ ...request, image, volume: volume.id })
  for (const type of request.private === true ? ['private_v6'] : ['shared_v4', 'v6']) {
    builders.allocateIp(app, type)
  }
  builders.addRelease(app, { image })
  const machine = await builders.addMachine({
    app,
    config,
    region,
    ...(request.state === undefined ? {} : { state: request.state }),
    ...(request.machineId === undefined ? {} : { id: request.machineId }),
  })
  return { app, machine, volume, gatewayToken: secrets.OPENCLAW_GATEWAY_TOKEN }
}

/** The config that `fly deploy` makes of the guide's fly.toml. */
export function openclawConfig(
  request: OpenclawRequest & { readonly image: string; readonly volume: string },
): Json {
  const words = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
  const services = request.private === true ? [] : [service(request.check)]
  return {
    image: request.image,
    init: { cmd: request.cmd ?? words.split(' ') },
    env: {
      NODE_ENV: 'production',
      NODE_OPTIONS: '--max-old-space-size=1536',
      OPENCLAW_STATE_DIR: '/data',
      PRIMARY_REGION: request.region ?? 'iad',
      ...request.env,
    },
    guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 2048, ...request.guest },
    mounts: [
      {
        encrypted: true,
        name: 'openclaw_data',
        path: '/data',
        size_gb: 1,
        volume: request.volume,
      },
    ],
    services,
    metadata: {
      fly_platform_version: 'v2',
      fly_process_group: 'app',
      fly_release_version: '1',
      fly_flyctl_version: '0.4.61',
    },
    restart: { policy: 'on-failure', max_retries: 10 },
    ...request.config,
  }
}

/** `autostop` comes back as a boolean for off, and durations in Go's long form. */
function service(path: string | null = '/startupz'): Json {
  const check = {
    type: 'http',
    method: 'GET',
    path,
    interval: '15s',
    timeout: '5s',
    grace_period: '2m0s',
  }
  return {
    protocol: 'tcp',
    internal_port: 3000,
    autostart: true,
    autostop: false,
    min_machines_running: 1,
    ports: [
      { port: 80, handlers: ['http'], force_https: true },
      { port: 443, handlers: ['http', 'tls'] },
    ],
    ...(path === null ? {} : { checks: [check] }),
  }
}
