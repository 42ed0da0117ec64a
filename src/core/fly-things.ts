/** A request that may have changed something at Fly, without its body; leases, which end by themselves, are not told of. */
export interface FlyChange {
  /** Method and path, without query. */
  readonly what: string
  /** Fly's status, or why there was no answer. */
  readonly status: string
  readonly reference: string | null
}

/** A Fly app. Fields are those the bot reads; everything may be missing (FLY.md §1.1). */
export interface FlyApp {
  readonly name: string
  readonly status: string | null
  readonly org: string | null
  readonly network: string | null
}

export interface Guest {
  readonly cpuKind: 'shared' | 'performance'
  readonly cpus: number
  readonly memoryMb: number
}

/** The config as Fly gave it. Kept whole, unknown fields included, because an update replaces all of it. */
export type MachineConfig = Readonly<Record<string, unknown>>

export interface MachineEvent {
  readonly id: string
  readonly type: string
  readonly status: string
  readonly source: string
  readonly at: number
  readonly exit: MachineExit | null
}
export interface MachineExit {
  readonly at: number
  readonly code: number
  /** 0 when it ended without one. */
  readonly signal: number
  readonly oom: boolean
  readonly requested: boolean
  readonly restarting: boolean
  readonly restartCount: number
}
export interface Check {
  readonly name: string
  readonly status: string
  readonly output: string
}

export interface Machine {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly region: string
  /** The version an update must name in `current_version`. */
  readonly version: string
  readonly hostStatus: string
  readonly cordoned: boolean
  readonly privateIp: string | null
  readonly createdAt: number | null
  readonly updatedAt: number | null
  /** `null` when the host is unreachable (FLY.md §3.2): never send anything back then. */
  readonly config: MachineConfig | null
  readonly guest: Guest | null
  readonly image: string | null
  readonly imageDigest: string | null
  readonly events: readonly MachineEvent[]
  readonly checks: readonly Check[]
  /** Who has it leased now; null when nobody has, or when Fly was not asked for leases. */
  readonly lease: LeaseHolder | null
}
export interface LeaseHolder {
  readonly owner: string | null
  readonly description: string | null
  readonly expiresAt: number | null
}

export interface Volume {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly region: string
  readonly sizeGb: number
  readonly usedBytes: number | null
  readonly totalBytes: number | null
  readonly attachedMachine: string | null
  readonly hostStatus: string
  readonly snapshotRetentionDays: number | null
  readonly encrypted?: boolean | null
  /** The host's zone within the region. */
  readonly zone?: string | null
  readonly autoBackup: boolean | null
  readonly createdAt: number | null
}
export interface Snapshot {
  readonly id: string
  readonly status: string
  readonly sizeBytes: number | null
  readonly createdAt: number | null
}
export interface AppSecret {
  readonly name: string
  readonly digest: string
  readonly createdAt: number | null
  readonly updatedAt: number | null
}
export type AddressType =
  'v4' | 'v6' | 'shared_v4' | 'private_v6' | 'egress_v4' | 'egress_v6' | 'egress_pair'
export interface IpAddress {
  readonly address: string
  readonly type: AddressType
  readonly region: string | null
  readonly network: string | null
  readonly createdAt: number | null
}
export interface Release {
  readonly id: string
  readonly version: number
  readonly status: string
  readonly stable: boolean | null
  readonly user: string | null
  readonly image: string | null
  readonly createdAt: number | null
}
export interface Lease {
  readonly nonce: string
  readonly expiresAt: number
  readonly owner: string | null
  readonly description: string | null
  /** Machine version when the lease was taken; null when Fly does not say. */
  readonly version: string | null
}
export interface ExecResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}
export interface Process {
  readonly pid: number
  readonly command: string
  readonly rssBytes: number | null
  readonly listen: ReadonlyArray<{ readonly proto: string; readonly address: string }>
}
export interface LogLine {
  readonly at: number
  /** Its time as Fly wrote it, finer than `at`: tells apart lines that say the same. */
  readonly stamp: string
  readonly machine: string | null
  readonly region: string | null
  readonly level: string
  readonly provider: string
  readonly message: string
}
export interface LogPage {
  readonly lines: readonly LogLine[]
  /** Where the next page starts: nanoseconds as a decimal string, beyond 2^53, never a number. */
  readonly cursor: string | null
}
export interface TokenScope {
  readonly org: string | null
  readonly apps: readonly string[]
  readonly user: string | null
}
/** The cursor from which `logs` gives what came after `ms`. */
export const cursorAt = (ms: number): string => String(BigInt(Math.trunc(ms)) * 1_000_000n)

/** One series of a Prometheus answer: labels, and points of [ms, value]. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly points: ReadonlyArray<readonly [at: number, value: number]>
}

export interface MachineChange {
  readonly config: MachineConfig
  readonly name?: string
  readonly region?: string
  readonly skipLaunch?: boolean
  readonly minSecretsVersion?: number
}
