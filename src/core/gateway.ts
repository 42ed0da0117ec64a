import type { Machine } from './fly.ts'
import type { Text } from './text.ts'

/** Which of the known ways to lay out an OpenClaw Gateway on Fly this machine follows. */
export type Layout = 'direct' | 'wrapper'

/** What a look from inside the machine found. `null` is "could not be learnt", never "no". */
export interface GatewayReport {
  readonly ready: boolean | null
  /** Why it is not ready, or why that is unknown. */
  readonly reason: Text | null
  readonly version: string | null
  readonly uptimeMs: number | null
  /** Differs between two runs of the gateway's process, and only then; compare, never read. */
  readonly bootId: string | null
  /** Parts that the gateway itself says fail, e.g. a broken channel account; left out when it does not say. */
  readonly failing?: readonly string[]
  /** Channels that the gateway says are running, e.g. `['discord']`; null when it does not say. */
  readonly channels: readonly string[] | null
  readonly rssBytes: number | null
  readonly pid: number | null
  readonly port: number
  readonly stateDir: string
  readonly layout: Layout
  /** True when the state directory lies on a mounted volume. */
  readonly stateOnVolume: boolean | null
}

/** The gateway as reached through `exec` in its machine. Never throws for a gateway that is down: the report says so. */
export interface Gateway {
  /** With `waitMs` it waits inside the machine until the gateway is ready, at most so long, before it reports. */
  readonly probe: (
    app: string,
    machine: Machine,
    options?: { readonly waitMs?: number },
  ) => Promise<GatewayReport>
}
