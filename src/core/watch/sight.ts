import type { ConfigFacts, Inside } from '../doctor/seen.ts'
import type { ErrorCode } from '../errors.ts'
import type {
  AppSecret,
  IpAddress,
  LogLine,
  Machine,
  MachineEvent,
  Snapshot,
  Volume,
} from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'
import type { OwnJob } from '../oncall/incident.ts'
import type { Remembered } from '../overrides.ts'
import type { Text } from '../text.ts'

/** What came of the newest look at one part, and when that was; `refused` is an answer too: the token does not open it. */
export type Looked<T> =
  | { readonly known: true; readonly at: number; readonly value: T }
  | { readonly known: false; readonly at: number; readonly why: Text; readonly code: ErrorCode }

/** A line that matched a signature, cut and without secrets. */
export interface SignedLine extends LogLine {
  readonly signature: string
}

/** The lines since the look before, as `readLines` reads them; a sight keeps those that matter in its memory. */
export interface LinesSeen {
  readonly signed: readonly SignedLine[]
  /** Lines in which a secret was found that is known to be one, and those that hold what looks like a credential. */
  readonly secrets: { readonly known: number; readonly shaped: number }
}

/** Made by the probe of one machine. */
export interface GatewaySeen {
  readonly machine: string
  readonly report: GatewayReport
}
interface InsideSeen {
  readonly machine: string
  readonly figures: Inside
}

/** A certificate of a custom domain, as far as Fly tells. */
export interface Certificate {
  readonly hostname: string
  /** Fly's word: `active`, `pending_ownership`, `pending_validation`. */
  readonly status: string
  /** Whether it is served and its domain points here; null when Fly does not say. */
  readonly configured: boolean | null
  readonly createdAt: number | null
  readonly expiresAt: number | null
}

/** A command of ours that changed something of the app, lately. */
export interface Deed extends OwnJob {
  /** Null while it runs. */
  readonly endedAt: number | null
}

/** All that is looked at, by how often. */
export interface Parts {
  /** Each 15 s. Slimmed by `sightOf`: no environment but what the checks read. */
  readonly machines: Looked<readonly Machine[]>
  readonly logs: Looked<LinesSeen>
  /** Each minute, of the machine that runs the gateway; null where none is started, so that there is nobody to ask. */
  readonly gateway: Looked<GatewaySeen | null>
  readonly inside: Looked<InsideSeen | null>
  /** Each ten minutes. */
  readonly addresses: Looked<readonly IpAddress[]>
  readonly secrets: Looked<readonly AppSecret[]>
  readonly volumes: Looked<readonly Volume[]>
  /** By the volume's id; one list that can't be read makes all of it unknown. */
  readonly snapshots: Looked<Readonly<Record<string, readonly Snapshot[]>>>
  readonly certificates: Looked<readonly Certificate[]>
  readonly config: Looked<ConfigFacts>
  /** What was set through the bot and should still be so. */
  readonly remembered: Looked<Remembered>
}
export type PartName = keyof Parts

/** What one look can't tell and was therefore kept from the looks before; written by `sightOf` alone. */
export interface Memory {
  /** Since when something has lasted without a break: `check <machine> <name>`, `unready <machine>`, `host <machine>`, `blind <part>`, … */
  readonly since: Readonly<Record<string, number>>
  /** Of each machine the newest start that is known to have led to a gateway that runs: lines of before it are of no account. */
  readonly settled: Readonly<Record<string, number>>
  /** The newest few lines of each signature and machine, oldest first. */
  readonly lines: readonly SignedLine[]
  /** When wrong tokens came, newest last; not those of our own trials. */
  readonly wrongTokens: readonly number[]
  /** Lines with secrets of the last day. */
  readonly secrets: { readonly known: number; readonly shaped: number; readonly at: number } | null
  /** The address list as it was known last. */
  readonly list: readonly IpAddress[] | null
  /** The newest change of it that no command of ours made. */
  readonly addresses: AddressTurn | null
  /** By machine, while the machines can't be seen: else they hold them. */
  readonly events?: Readonly<Record<string, readonly MachineEvent[]>>
}
export interface AddressTurn {
  readonly at: number
  readonly added: readonly IpAddress[]
  readonly removed: readonly IpAddress[]
  readonly wasPublic: boolean
}

/** What is known of one app at one moment. Plain JSON, to be kept until the next one is made of it. */
export interface Sight extends Parts {
  readonly app: string
  /** When it was made; none of its looks is later. */
  readonly at: number
  readonly jobs: readonly Deed[]
  readonly memory: Memory
}

/** What was looked at just now; parts that were not their turn are left out and stay as they were. */
export type Glance = Partial<Parts> & { readonly jobs: readonly Deed[] }
