import type { Access } from './access.ts'
import type { Role } from './command.ts'
import type { Fly } from './fly.ts'
import type { Gateway } from './gateway.ts'
import type { Handover } from './handover.ts'
import type { Images } from './images.ts'
import type { Actor, Place } from './invocation.ts'
import type { Jobs } from './jobs.ts'
import type { Pattern } from './logs/patterns.ts'
import type { Tails } from './logs/tail.ts'
import type { Desk } from './oncall/desk.ts'
import type { Oncall } from './oncall/oncall.ts'
import type { Clock, Log, Sealer, Store } from './ports.ts'
import type { Self } from './own-machine.ts'
import type { Block, Reply } from './reply.ts'
import type { Registry } from './registry.ts'
import type { Secret } from './secret.ts'
import type { Step } from './steps.ts'
import type { Text } from './text.ts'

/** What a command may use in the process that took the request: no Fly, no gateway. */
export interface ChatContext {
  readonly actor: Actor
  readonly place: Place
  readonly apps: readonly string[]
  readonly access: Access
  readonly jobs: Jobs
  readonly registry: Registry
  readonly store: Store
  readonly clock: Clock
  readonly askedAt: number
  /** Whether the asker has this role here, on this app or (null) on none in particular. */
  readonly may: (role: Role, app: string | null) => boolean
  /** Who confirmed or approved, as `discord:<id>`; nobody where nothing was asked. */
  readonly approvedBy: string | null
  /** The same as the platform vouched for them. */
  readonly approver?: Actor | undefined
  /** Incidents; left out in a process that keeps none. */
  readonly oncall?: Oncall | undefined
  /** Private words to people, as `discord:<id>`; whoever cannot be reached is not told. */
  readonly tell: (to: readonly string[], said: Reply) => Promise<void>
}

/** What a command may use in a worker. */
export interface WorkContext {
  readonly job: string
  readonly app: string
  readonly apps: readonly string[]
  readonly actor: Actor
  /** Who confirmed or approved, as `discord:<id>`; the asker where that was enough, nobody where nothing was asked. */
  readonly approver?: string | undefined
  readonly fly: Fly
  readonly gateway: Gateway
  /** Left out where no registry may be asked. */
  readonly images?: Images | undefined
  readonly tails: Tails
  /** What else the installation wants to be left out of logs (`OPS_REDACT`). */
  readonly patterns?: readonly Pattern[] | undefined
  /** Counts lines of an app in which a secret was met. */
  readonly onPrinted?: ((app: string, lines: number) => void) | undefined
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** Who asked that the looks after the end of the job stop. */
  readonly stopped?: Text | undefined
  /** Aborted by cancel, shutdown and loss of the job. */
  readonly signal: AbortSignal
  /** Runs a list of steps, each checkpointed; shows them as progress; undoes them when one fails. */
  readonly steps: (title: Text, steps: readonly Step[]) => Promise<Recall>
  /** `plan`: look only, for the question; `run`: it is about to be done. */
  readonly phase: 'plan' | 'run'
  /** Fly for the way back and for letting go: cancel does not abort it, loss of the job does. */
  readonly back: Fly
  /** For what a checkpoint must not hold in the clear: whole configs, tokens. */
  readonly sealer: Sealer
  /** The value behind a private option, asked for or typed; as often as wanted until the job is over. Rejects with `expired`. */
  readonly given: (value: string) => Promise<Secret>
  /** The process this runs in; left out where nothing is known of it. */
  readonly self?: Self | undefined
  /** Writes down that this job ends its own process now, says so with these words, and sees them delivered. */
  readonly handOver?: ((handover: Handover, words: readonly Block[]) => Promise<void>) | undefined
  /** Where it was asked. */
  readonly place: Place
  /** People, places and addresses of on-call; left out where there are none. */
  readonly desk?: Desk | undefined
  /** Where the outside reaches this bot (`OPS_PUBLIC_URL`), if anywhere. */
  readonly publicUrl?: string | undefined
  /** The organization that was configured (`FLY_ORG`), if any. */
  readonly org?: string | undefined
}

/** What finished steps left behind, by step id; survives a crash. */
export type Recall = (step: string) => unknown
