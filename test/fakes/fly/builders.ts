import { bootNow } from './lifecycle.ts'
import { addEvent, enter } from './events.ts'
import { allocate } from './addresses.ts'
import type { AppParts, VolumeParts } from './make.ts'
import { newApp, newMachine, newVolume } from './make.ts'
import type { LogInput } from './logs.ts'
import { addLog } from './logs.ts'
import { newRelease } from './releases.ts'
import { secretsFor, setSecrets } from './secrets.ts'
import { takeSnapshot } from './snapshots.ts'
import type {
  FakeAddress,
  FakeApp,
  FakeMachine,
  FakeRelease,
  FakeSeries,
  FakeSnapshot,
  FakeVolume,
  HostStatus,
  Json,
} from './types.ts'
import type { World } from './world.ts'

interface MachineRequest {
  readonly app: string
  readonly config: Json
  readonly region?: string
  readonly name?: string
  readonly id?: string
  /** `started` when left out: it has booted when the promise resolves. */
  readonly state?: string
}
export interface TokenRequest {
  /** With or without its scheme; macaroons begin with `fm`. */
  readonly token: string
  readonly apps?: readonly string[] | '*'
  readonly readOnly?: boolean
}

/** Puts things into the world without a request, a rate limit or a delay. Unknown names throw. */
export interface Builders {
  readonly app: (name: string) => FakeApp
  /** By id, in any app. */
  readonly machine: (id: string) => FakeMachine
  readonly volume: (id: string) => FakeVolume
  readonly addApp: (parts: AppParts) => FakeApp
  /** An app of somebody else: reading it answers 403, creating it 422. */
  readonly addForeignApp: (name: string) => void
  readonly addMachine: (request: MachineRequest) => Promise<FakeMachine>
  readonly addVolume: (parts: VolumeParts & { readonly app: string }) => FakeVolume
  readonly addSnapshot: (volume: string) => FakeSnapshot
  /** Removes with null; gives the new version of the vault. No running machine sees it. */
  readonly setSecrets: (app: string, values: Readonly<Record<string, string | null>>) => number
  readonly setSecret: (app: string, name: string, value: string) => number
  readonly allocateIp: (app: string, type: string, ip?: string) => FakeAddress
  readonly addRelease: (
    app: string,
    parts: { readonly image: string; readonly status?: string; readonly user?: string },
  ) => FakeRelease
  readonly addToken: (request: TokenRequest) => void
  /** A series for Prometheus; points ascending by time. */
  readonly addSeries: (series: FakeSeries) => void
  readonly log: (app: string, machine: string, line: LogInput) => void
  readonly setHost: (id: string, status: HostStatus) => void
}

export function createBuilders(world: World): Builders {
  const app = (name: string): FakeApp => found(world.apps.get(name), `app ${name}`)
  const machine = (id: string): FakeMachine =>
    found(
      search(world, (one) => one.machines.get(id)),
      `machine ${id}`,
    )
  const volume = (id: string): FakeVolume =>
    found(
      search(world, (one) => one.volumes.get(id)),
      `volume ${id}`,
    )
  const set = (name: string, values: Json): number => setSecrets(world, app(name), values)
  return {
    app,
    machine,
    volume,
    addApp: (parts) => newApp(world, parts),
    addForeignApp: (name) => void world.otherOrgApps.add(name),
    addMachine: (request) => addMachine(world, app(request.app), request),
    addVolume: (parts) => newVolume(world, app(parts.app), parts),
    addSnapshot: (id) => {
      const snapshot = takeSnapshot(world, volume(id))
      snapshot.status = 'created'
      return snapshot
    },
    setSecrets: set,
    setSecret: (name, secret, value) => set(name, { [secret]: value }),
    allocateIp: (name, type, ip) =>
      allocate(world, app(name), ip === undefined ? { type } : { type, ip }),
    addRelease: (name, parts) => newRelease(world, app(name), parts),
    addToken: (request) => addToken(world, request),
    addSeries: (series) => void world.series.push(series),
    log: (name, id, line) =>
      addLog(world, app(name), { ...line, machine: id, region: machine(id).region }),
    setHost: (id, status) => {
      machine(id).hostStatus = status
    },
  }
}

async function addMachine(
  world: World,
  app: FakeApp,
  { state = 'started', region = 'iad', ...parts }: MachineRequest,
): Promise<FakeMachine> {
  const secrets = secretsFor(world, app, { atLeast: app.vault.at(-1)?.version })
  const machine = newMachine(world, app, { ...parts, region, secrets })
  addEvent(world, machine, { type: 'launch', status: 'pending', source: 'flyd' })
  addEvent(world, machine, { type: 'launch', status: 'created', source: 'user' })
  if (state === 'started') await bootNow(world, machine)
  else enter(world, machine, state)
  return machine
}

export function addToken(
  world: World,
  { token, apps = '*', readOnly = false }: TokenRequest,
): void {
  for (const part of token.replace(/^(FlyV1|Bearer) /, '').split(',')) {
    const user = `${world.ids.nonce()}@tokens.fly.io`
    world.tokens.set(part, { token: part, apps, readOnly, user })
  }
}

function search<T>(world: World, pick: (app: FakeApp) => T | undefined): T | undefined {
  for (const app of world.apps.values()) {
    const hit = pick(app)
    if (hit !== undefined) return hit
  }
  return undefined
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the fake Fly has no ${what}`)
  return value
}
