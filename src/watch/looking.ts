import type { Fly, Machine } from '../core/fly.ts'
import type { Gateway } from '../core/gateway.ts'
import type { JobRecord } from '../core/job-record.ts'
import type { Clock, Store } from '../core/ports.ts'
import { askable } from '../core/watch/pace.ts'
import type { Looked, PartName, Parts, Sight } from '../core/watch/sight.ts'

export interface GlanceDeps {
  readonly fly: Fly
  readonly gateway: Gateway
  readonly store: Store
  readonly clock: Clock
  /** Commands lately accepted, of all apps. */
  readonly recent: () => Promise<readonly JobRecord[]>
}

/** When the channels of an app's gateway were asked for last; kept by whoever watches it. */
export interface ChannelsAsked {
  at: number
}

export interface At {
  readonly app: string
  readonly before: Sight | undefined
  readonly channels: ChannelsAsked
  readonly signal: AbortSignal
}

type Within = <T>(work: (fly: Fly) => Promise<T>, limitMs?: number) => Promise<Looked<T>>
export interface Looking extends GlanceDeps, At {
  readonly within: Within
  readonly machines: readonly Machine[]
}

/** The machine that may be asked now, as this look found it. */
export const mainOf = ({ machines, clock }: Looking): Machine | undefined =>
  askable({ machines: { known: true, at: clock.now(), value: machines } })

export type Value<N extends PartName> = Extract<Parts[N], { known: true }>['value']
