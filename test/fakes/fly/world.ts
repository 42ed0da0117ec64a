import type { FlyClock } from './clock.ts'
import type { Ids } from './ids.ts'
import type { Runtime } from './runtime.ts'
import type { FakeApp, FakeMachine, FakeSeries, FakeToken } from './types.ts'

/** How long Fly takes, in ms on the clock. */
export interface Delays {
  readonly imagePull: number
  readonly boot: number
  /** A stop, restart or suspend is answered before the state moves. */
  readonly lag: number
  readonly stop: number
  /** After a stop, as long as a start is refused with "machine still active". */
  readonly active: number
  readonly replace: number
  readonly destroy: number
  /** A destroyed machine still holds its volume and is still listed. */
  readonly forget: number
  readonly appVisible: number
  readonly volume: number
  readonly restore: number
  readonly snapshot: number
  /** Until new secrets reach a host that was not told to wait for them. */
  readonly secrets: number
  readonly logs: number
}

/** Room left in a region. */
export interface Capacity {
  readonly memoryMb: number
  /** A refused update stops the running machine, as Fly sometimes does. */
  readonly stopsMachine?: boolean
}
interface Settings {
  readonly orgSlug: string
  readonly delays: Delays
  readonly rateLimits: boolean
  /** Old behaviour: waiting for `stopped` needs `instance_id` or `version`. */
  stoppedNeedsVersion: boolean
  /** Memory the organisation may use in all. */
  memoryQuotaMb: number
  /** Without a payment method one machine an app is all. */
  paymentMethod: boolean
}

export interface World {
  readonly clock: FlyClock
  readonly ids: Ids
  readonly settings: Settings
  readonly runtime: Runtime
  readonly apps: Map<string, FakeApp>
  readonly otherOrgApps: Set<string>
  readonly tokens: Map<string, FakeToken>
  readonly capacity: Map<string, Capacity>
  readonly series: FakeSeries[]
  /** Called after every change of a machine. */
  readonly watchers: Set<(machine: FakeMachine) => void>
  readonly mistake: (kind: MistakeKind, detail: string) => void
}

/** What a request did wrong, although Fly may have answered it. */
export type MistakeKind =
  'route' | 'query' | 'field' | 'body' | 'content-type' | 'auth' | 'exec' | 'crash'
