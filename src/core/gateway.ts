import type { ConfigPort } from './config/port.ts'
import type { Machine } from './fly.ts'
import type { InsideReport } from './inside.ts'
import type { Secret } from './secret.ts'
import type { Text } from './text.ts'

/** Which of the known ways to lay out an OpenClaw Gateway on Fly this machine follows. */
export type Layout = 'direct' | 'wrapper'

/** How a channel is that does not run: still coming up, ended, without its connection, or not paired with a phone. */
export type ChannelState = 'starting' | 'stopped' | 'disconnected' | 'unlinked'

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
  /** Channels that the gateway says are running, e.g. `['discord', 'telegram:work']`; null when it was not asked or did not say. */
  readonly channels: readonly string[] | null
  /** Channels that are set up and switched on and do not run; left out where `channels` is null. */
  readonly channelsDown?: ReadonlyArray<{ readonly name: string; readonly state: ChannelState }>
  /** Why `channels` is not known though the gateway was to be asked. */
  readonly channelsReason?: Text
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
  /** Asks the gateway about its channels too, by a process of 50 MB for a moment; not done where less than 128 MB are free. */
  readonly channels?: boolean
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

/**
 * Whose a lock file is. `live` is a running gateway’s, `fresh` may be being written; all others were left behind: its process is gone, its
 * pid is another program’s or another run’s now, it is older than the machine’s boot, or it can’t be read and is old.
 */
export type LockVerdict = 'live' | 'fresh' | 'dead' | 'reused' | 'restarted' | 'earlier' | 'garbage'

/** A lock file, and what became of the process it names. Times in ms; start times in ticks of the machine's clock. */
export interface LockFile {
  /** Names it within its machine. */
  readonly key: string
  readonly path: string
  /** Where it lies: below the state directory, below the temporary one, or where the guide looks for it. */
  readonly layout: 'state' | 'temporary' | 'guide' | 'guide-data'
  readonly pid: number | null
  readonly startTime: number | null
  readonly startNow: number | null
  readonly createdAt: number | null
  readonly changedAt: number
  readonly alive: boolean
  readonly verdict: LockVerdict
  /** Inode, time and content: a file that is written anew has another. */
  readonly mark: string
}

/** The lock files of a gateway, in every place that a release has used. */
export type LockReport =
  | { readonly known: false; readonly why: Text }
  | {
      readonly known: true
      readonly bootedAt: number
      readonly now: number
      readonly files: readonly LockFile[]
      /** Paths that could not be opened. */
      readonly unreadable: readonly string[]
      /** Processes that look like a gateway of this state directory. */
      readonly gateways: ReadonlyArray<{ readonly pid: number; readonly startTime: number }>
      readonly removed: ReadonlyArray<{
        readonly key: string
        readonly outcome: 'removed' | 'gone' | 'changed' | 'held' | 'failed'
      }>
    }

/** What the running process has of named variables: digests, which are compared and never shown, for a weak value could be guessed from one. */
export type EnvironmentReport =
  | { readonly known: false; readonly why: Text }
  | {
      readonly known: true
      /** SHA-256 in hex by name; null for one that the process does not have. */
      readonly values: Readonly<Record<string, string | null>>
      /** Of the names, those that the config file speaks of; null when it could not be read. */
      readonly mentioned: readonly string[] | null
      /** How long the process has been running; a restart within the process does not begin it anew. */
      readonly processMs: number
    }

/** The gateway as reached through `exec` in its machine. Never throws for a gateway that is down: the report says so. */
export interface Gateway {
  /** Its config file. Not for a command's own use: `readConfig` of config/read.ts, and the changes of config/. */
  readonly config: ConfigPort
  readonly probe: (app: string, machine: Machine, options?: ProbeOptions) => Promise<GatewayReport>
  /**
   * Reads figures by shell alone: a second, a few MB, no second Node. `directories` are measured besides the state directory. Rejects
   * only when cancelled.
   */
  readonly inspect: (
    app: string,
    machine: Machine,
    directories?: readonly string[],
  ) => Promise<InsideReport>
  /**
   * Reads lock files and their owners. `remove` deletes first those of them that are still to the letter what was seen and belong to nobody;
   * the report is of afterwards. Rejects only when cancelled.
   */
  readonly locks: (
    app: string,
    machine: Machine,
    remove?: ReadonlyArray<Pick<LockFile, 'key' | 'mark'>>,
  ) => Promise<LockReport>
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
  /** Looks at variables of the process that `seen` found. Rejects only when cancelled. */
  readonly environment: (
    app: string,
    machine: Machine,
    options: { readonly seen: GatewayReport; readonly names: readonly string[] },
  ) => Promise<EnvironmentReport>
}
