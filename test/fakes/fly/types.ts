export type Json = Record<string, unknown>
export type HostStatus = 'ok' | 'unknown' | 'unreachable'

export interface FakeEvent {
  readonly id: string
  readonly type: string
  readonly status: string
  readonly source: 'user' | 'flyd'
  readonly timestamp: number
  readonly request?: Json
}
export interface FakeCheck {
  name: string
  status: 'passing' | 'warning' | 'critical'
  output: string
  updatedAt: number
}
export interface FakeLease {
  readonly nonce: string
  /** Unix seconds, as on the wire. */
  readonly expiresAt: number
  readonly owner: string
  readonly description: string
}
/** What happens once the running process has exited. */
export type Plan = 'stop' | 'restart' | 'replace' | 'replace-stopped' | 'suspend' | 'destroy'

export interface FakeMachine {
  readonly id: string
  readonly app: string
  readonly name: string
  readonly region: string
  readonly privateIp: string
  readonly createdAt: number
  state: string
  updatedAt: number
  /** The id of the current version; every update makes a new one. */
  instanceId: string
  config: Json
  /** Newest first, the current one included. */
  versions: { readonly version: string; readonly config: Json }[]
  /** Newest first. */
  events: FakeEvent[]
  /** The event that led to the present state. */
  stateEvent: string
  checks: FakeCheck[]
  hostStatus: HostStatus
  cordoned: boolean
  lease: FakeLease | null
  /** Secrets of the version that runs, as they were when it was made. */
  secrets: Readonly<Record<string, string>>
  secretsVersion: number
  plan: Plan | null
  process: 'none' | 'spawning' | 'running'
  oomKilled: boolean
  /** Times of restarts after a crash, for the retry window. */
  crashes: number[]
  /** Until then a start is refused as "still active". */
  activeUntil: number
  /** Cancels the transition under way, when something else takes its place. */
  cancel: () => void
}

export interface FakeVolume {
  readonly id: string
  readonly app: string
  readonly name: string
  readonly region: string
  readonly zone: string
  readonly createdAt: number
  readonly encrypted: boolean
  state: string
  sizeGb: number
  bytesUsed: number
  machine: string | null
  snapshotRetention: number
  autoBackup: boolean
  hostStatus: HostStatus
  snapshots: FakeSnapshot[]
  /** Fly grows its file system while the machine runs. */
  growsAlone?: boolean
}
export interface FakeSnapshot {
  readonly id: string
  readonly createdAt: number
  readonly size: number
  readonly volumeSize: number
  status: string
}
export interface FakeSecret {
  readonly name: string
  readonly value: string
  readonly createdAt: number
  readonly updatedAt: number
}
export interface FakeAddress {
  readonly ip: string
  readonly type: string
  readonly region: string
  readonly createdAt: number
  /** Name of the private network; `null` on a public address. */
  readonly network: string | null
}
export interface FakeRelease {
  readonly id: string
  readonly version: number
  readonly createdAt: number
  readonly image: string
  readonly user: string
  status: string
}
export interface FakeLogLine {
  readonly nanos: bigint
  /** When it was written: it can be read a little later. */
  readonly writtenAt: number
  readonly machine: string
  readonly region: string
  readonly level: string
  readonly provider: string
  readonly message: string
}
export interface FakeApp {
  readonly id: string
  readonly name: string
  readonly org: string
  readonly network: string
  readonly createdAt: number
  /** Until then the app answers 404, as a new one does. */
  readonly visibleAt: number
  readonly idempotencyKey: string | null
  status: string
  readonly machines: Map<string, FakeMachine>
  readonly volumes: Map<string, FakeVolume>
  secrets: ReadonlyMap<string, FakeSecret>
  /** Every version of the vault, oldest first. */
  readonly vault: {
    readonly version: number
    readonly at: number
    readonly values: ReadonlyMap<string, FakeSecret>
  }[]
  readonly addresses: FakeAddress[]
  /** Of its own domains; none when left out. */
  certificates?: readonly FakeCertificate[]
  /** Newest first. */
  readonly releases: FakeRelease[]
  /** Ascending by `nanos`. */
  readonly logs: FakeLogLine[]
}

export interface FakeCertificate {
  readonly hostname: string
  readonly status: string
  readonly configured: boolean
  readonly createdAt: number
  readonly expiresAt: number
}

export interface FakeToken {
  readonly token: string
  /** The apps it is good for; `*` for all of the organisation. */
  readonly apps: readonly string[] | '*'
  readonly readOnly: boolean
  readonly user: string
}
export interface FakeSeries {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly points: readonly (readonly [at: number, value: number])[]
}
