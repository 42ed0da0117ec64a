import type {
  AddressType,
  AppSecret,
  ExecResult,
  FlyApp,
  FlyChange,
  Guest,
  IpAddress,
  Lease,
  LogPage,
  Machine,
  MachineChange,
  MachineConfig,
  MachineEvent,
  Process,
  Release,
  Series,
  Snapshot,
  TokenScope,
  Volume,
} from './fly-things.ts'
import type { Certificate } from './watch/sight.ts'

export type { Certificate } from './watch/sight.ts'
export type * from './fly-things.ts'
export { cursorAt } from './fly-things.ts'

/**
 * What can be asked of Fly. Every method rejects with an `OpsError` whose code is one of the Fly kinds, whose text says what
 * happened and whose `reference` is Fly's request id; no error, log or metric ever carries a token.
 * Calls are paced (1/s burst 3 per action and id; a machine's GET 5/s burst 10) and reads are retried; a mutation is retried
 * only when it certainly had no effect. One that was aborted rejects with `cancelled`, or with `ambiguous` when a mutation
 * may have been sent already.
 */
export interface Fly {
  /** The same client whose calls are aborted by `signal`. */
  readonly with: (signal: AbortSignal, changed?: (change: FlyChange) => void) => Fly
  readonly app: (app: string) => Promise<FlyApp>
  /** The same key with the same name gives the app that the first request made, so that one without a clear answer may be sent again. */
  readonly createApp: (request: {
    readonly name: string
    readonly org: string
    readonly network?: string
    readonly idempotencyKey?: string
  }) => Promise<void>
  readonly deleteApp: (app: string) => Promise<void>

  /** With their leases; destroyed ones are left out. */
  readonly machines: (app: string) => Promise<readonly Machine[]>
  readonly machine: (app: string, id: string) => Promise<Machine>
  readonly createMachine: (app: string, request: MachineChange) => Promise<Machine>
  /** Full replacement of the config; `conflict`/`stale_version` when `currentVersion` is no longer true. */
  readonly updateMachine: (
    app: string,
    id: string,
    request: MachineChange & { readonly currentVersion?: string; readonly nonce?: string },
  ) => Promise<Machine>
  readonly destroyMachine: (app: string, id: string, nonce?: string) => Promise<void>
  readonly start: (app: string, id: string, nonce?: string) => Promise<void>
  readonly stop: (
    app: string,
    id: string,
    options?: {
      readonly nonce?: string
      readonly timeoutSeconds?: number
      readonly signal?: string
    },
  ) => Promise<void>
  readonly restart: (
    app: string,
    id: string,
    options?: { readonly nonce?: string; readonly timeoutSeconds?: number },
  ) => Promise<void>
  readonly suspend: (app: string, id: string, nonce?: string) => Promise<void>
  readonly cordon: (app: string, id: string, nonce?: string) => Promise<void>
  readonly uncordon: (app: string, id: string, nonce?: string) => Promise<void>
  /** One wait of at most 60 s; `false` when the state was not reached in it. */
  readonly wait: (
    app: string,
    id: string,
    options: {
      readonly state: 'started' | 'stopped' | 'suspended' | 'destroyed' | 'settled'
      readonly seconds: number
      readonly version?: string
      readonly fromEventId?: string
    },
  ) => Promise<boolean>
  readonly events: (app: string, id: string) => Promise<readonly MachineEvent[]>
  readonly versions: (
    app: string,
    id: string,
  ) => Promise<ReadonlyArray<{ readonly version: string; readonly config: MachineConfig }>>
  readonly lease: (
    app: string,
    id: string,
    options: {
      readonly ttlSeconds: number
      readonly description?: string
      readonly nonce?: string
    },
  ) => Promise<Lease>
  readonly currentLease: (app: string, id: string) => Promise<Lease | null>
  /** An expired or unknown lease is no error, nor one that somebody else holds by now. To be called on a client whose signal is not aborted. */
  readonly releaseLease: (app: string, id: string, nonce: string) => Promise<void>
  readonly exec: (
    app: string,
    id: string,
    request: { readonly command: readonly string[]; readonly seconds: number },
  ) => Promise<ExecResult>
  readonly processes: (app: string, id: string) => Promise<readonly Process[]>
  readonly metadata: (app: string, id: string) => Promise<Readonly<Record<string, string>>>
  readonly patchMetadata: (
    app: string,
    id: string,
    changes: Readonly<Record<string, string | null>>,
  ) => Promise<void>

  readonly volumes: (app: string) => Promise<readonly Volume[]>
  readonly createVolume: (
    app: string,
    request: {
      readonly name: string
      readonly region: string
      readonly sizeGb: number
      /** The guest that will use it: makes placement choose a host with room. */
      readonly compute?: Guest
      readonly snapshotId?: string
    },
  ) => Promise<Volume>
  readonly extendVolume: (
    app: string,
    id: string,
    sizeGb: number,
  ) => Promise<{ readonly needsRestart: boolean }>
  readonly deleteVolume: (app: string, id: string) => Promise<void>
  readonly snapshots: (app: string, volume: string) => Promise<readonly Snapshot[]>
  /** Asks for one; Fly's answer names nothing dependable, so list until a new one is `created`. */
  readonly createSnapshot: (app: string, volume: string) => Promise<void>

  readonly secrets: (app: string) => Promise<readonly AppSecret[]>
  /** Sets (or with `null` removes) values; gives the vault version to pass as `minSecretsVersion`. Changes no running machine. */
  readonly setSecrets: (
    app: string,
    values: Readonly<Record<string, string | null>>,
  ) => Promise<{ readonly version: number | null }>

  readonly addresses: (app: string) => Promise<readonly IpAddress[]>
  readonly allocateAddress: (
    app: string,
    request: { readonly type: AddressType; readonly region?: string; readonly network?: string },
  ) => Promise<void>
  /** An address that is gone already is no error. */
  readonly releaseAddress: (app: string, address: string) => Promise<void>

  /** Of the app's own domains, in no particular order. */
  readonly certificates: (app: string) => Promise<readonly Certificate[]>

  readonly regions: () => Promise<ReadonlyArray<{ readonly code: string; readonly name: string }>>
  /** Regions where this many machines of this size fit now, and how many fit. */
  readonly placements: (request: {
    readonly org: string
    readonly region: string
    readonly guest: Guest
    readonly count: number
    readonly volumeName?: string
  }) => Promise<ReadonlyArray<{ readonly region: string; readonly count: number }>>
  readonly releases: (app: string, limit: number) => Promise<readonly Release[]>
  readonly tokenScopes: () => Promise<readonly TokenScope[]>

  /** One page, oldest line first; without a cursor the newest 100 lines of the last day. */
  readonly logs: (
    app: string,
    options?: { readonly cursor?: string; readonly machine?: string; readonly region?: string },
  ) => Promise<LogPage>
  readonly metrics: (
    org: string,
    query: string,
    range?: { readonly from: number; readonly to: number; readonly stepSeconds: number },
  ) => Promise<readonly Series[]>
}
