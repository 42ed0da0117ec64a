import type { Machine } from './fly.ts'
import type { Secret } from './secret.ts'
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

export interface ProbeOptions {
  /** Waits inside the machine until the gateway is ready, at most so long and at most 15 s, before it reports. */
  readonly waitMs?: number
  /** The `bootId` of a run that does not count as ready, because it is going down. */
  readonly otherBootThan?: string
}

/** Whether a restart now would interrupt work. `null` is "could not be learnt"; all but `true` come with a detail. */
export interface RestartSafety {
  readonly safe: boolean | null
  readonly detail: Text | null
}

/** Whether the gateway took a token: `refused` only with the code for a wrong one; 403, 429 and silence are `unknown`. */
export type Acceptance = 'accepted' | 'refused' | 'unknown'

/** What can be known of the token of a running gateway without seeing it. */
export type TokenReport =
  | { readonly known: false; readonly why: Text }
  | {
      readonly known: true
      /** Of the value in the environment of the running process, in hex; null when there is none. Never shown: a weak token could be guessed from it. */
      readonly sha256: string | null
      /** In characters; 0 when there is none. */
      readonly length: number
      /** The word `undefined`, an example of a guide, and the like. */
      readonly placeholder: boolean
      /** How long the process has been running; a restart within the process does not begin it anew. */
      readonly processMs: number
      /** What beats the environment: a token in the config file, or one on the command line. */
      readonly shadow: 'config' | 'flag' | null
      readonly config: 'parsed' | 'missing' | 'unclear'
      /** `gateway.auth.mode` of the config file; null when it names none. */
      readonly mode: 'token' | 'password' | 'trusted-proxy' | 'none' | 'other' | null
      readonly password: boolean
      /** The process's own token, a made-up one, and the dead one that was given. */
      readonly current: Acceptance
      readonly other: Acceptance
      readonly dead: Acceptance
      /** What was answered instead of yes or no; 0 for no answer. */
      readonly status: number | null
      /** Names of paired devices; null when they could not be listed or were not asked for. */
      readonly devices: readonly string[] | null
    }

/** The gateway as reached through `exec` in its machine. Never throws for a gateway that is down: the report says so. */
export interface Gateway {
  readonly probe: (app: string, machine: Machine, options?: ProbeOptions) => Promise<GatewayReport>
  /** Asks the gateway itself; takes up to 15 s and, in the machine, 190 MB for a moment. */
  readonly preflight: (app: string, machine: Machine) => Promise<RestartSafety>
  /**
   * Looks at the token of the process that `seen` found, from inside the machine. `devices` lists the paired ones where the machine has
   * more than 1 GB. `dead` is sent to the gateway and stands in the machine's process list meanwhile: only ever a token that no process has
   * any more. Rejects only when cancelled.
   */
  readonly tokens: (
    app: string,
    machine: Machine,
    options: {
      readonly seen: GatewayReport
      readonly devices?: boolean
      readonly dead?: Secret | undefined
    },
  ) => Promise<TokenReport>
  /**
   * The token itself, for the way back of a rotation: Fly gives no secret out again. It leaves the machine sealed for this one call, so
   * neither Fly's answer nor whatever carries it holds it in the clear. `null` when it could not be had.
   */
  readonly keepToken: (app: string, machine: Machine, seen: GatewayReport) => Promise<Secret | null>
}
