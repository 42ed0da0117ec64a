import { mountsOf } from './config-view.ts'
import type { FakeApp, FakeMachine, FakeVolume, HostStatus, Json } from './types.ts'
import type { World } from './world.ts'

/** The made-up private network of the organisation; machines and Flycast addresses lie in it. */
export const networkPrefix = 'fdaa:0:1da8'

export interface MachineParts {
  readonly config: Json
  readonly region: string
  readonly name?: string
  readonly id?: string
  readonly secrets: { readonly values: Readonly<Record<string, string>>; readonly version: number }
}

/** A machine in state `created` with its volumes attached, in no way started. */
export function newMachine(world: World, app: FakeApp, parts: MachineParts): FakeMachine {
  const now = world.clock.now()
  const id = parts.id ?? world.ids.machine()
  const version = world.ids.ulid(now)
  const number = world.ids.count().toString(16)
  const machine: FakeMachine = {
    id,
    app: app.name,
    name: parts.name ?? `quiet-river-${String(app.machines.size + 1)}`,
    region: parts.region,
    privateIp: `${networkPrefix}:a7b:${number}:3e5c:9e8d:2`,
    createdAt: now,
    state: 'created',
    updatedAt: now,
    instanceId: version,
    config: parts.config,
    versions: [{ version, config: parts.config }],
    events: [],
    stateEvent: '',
    checks: [],
    hostStatus: 'ok',
    cordoned: false,
    lease: null,
    secrets: parts.secrets.values,
    secretsVersion: parts.secrets.version,
    plan: null,
    process: 'none',
    oomKilled: false,
    crashes: [],
    activeUntil: 0,
    cancel: () => {},
  }
  app.machines.set(id, machine)
  for (const { volume } of mountsOf(parts.config)) {
    const mounted = app.volumes.get(volume)
    if (mounted !== undefined) mounted.machine = id
  }
  return machine
}

export interface VolumeParts {
  readonly name: string
  readonly region: string
  readonly sizeGb: number
  readonly id?: string
  readonly state?: string
  readonly encrypted?: boolean
  readonly snapshotRetention?: number
  readonly autoBackup?: boolean
  readonly bytesUsed?: number
  readonly hostStatus?: HostStatus
}

export function newVolume(world: World, app: FakeApp, parts: VolumeParts): FakeVolume {
  const volume: FakeVolume = {
    id: parts.id ?? world.ids.volume(),
    app: app.name,
    name: parts.name,
    region: parts.region,
    zone: world.ids.short().slice(0, 4),
    createdAt: world.clock.now(),
    encrypted: parts.encrypted ?? true,
    state: parts.state ?? 'created',
    sizeGb: parts.sizeGb,
    bytesUsed: parts.bytesUsed ?? 64 * 1024 * 1024,
    machine: null,
    snapshotRetention: parts.snapshotRetention ?? 5,
    autoBackup: parts.autoBackup ?? true,
    hostStatus: parts.hostStatus ?? 'ok',
    snapshots: [],
  }
  app.volumes.set(volume.id, volume)
  return volume
}

export interface AppParts {
  readonly name: string
  readonly network?: string
  readonly status?: string
  readonly idempotencyKey?: string | null
  readonly visibleAt?: number
}

export function newApp(world: World, parts: AppParts): FakeApp {
  const now = world.clock.now()
  const app: FakeApp = {
    id: world.ids.short(),
    name: parts.name,
    org: world.settings.orgSlug,
    network: parts.network ?? 'default',
    createdAt: now,
    visibleAt: parts.visibleAt ?? now,
    idempotencyKey: parts.idempotencyKey ?? null,
    status: parts.status ?? 'pending',
    machines: new Map(),
    volumes: new Map(),
    secrets: new Map(),
    vault: [{ version: 0, at: 0, values: new Map() }],
    addresses: [],
    releases: [],
    logs: [],
  }
  world.apps.set(app.name, app)
  return app
}
