import type { Access } from './access.ts'
import type { Role } from './command.ts'
import type { Fly } from './fly.ts'
import type { Gateway } from './gateway.ts'
import type { Actor, Place } from './invocation.ts'
import type { Jobs } from './jobs.ts'
import type { Clock, Log, Sealer, Store } from './ports.ts'
import type { Registry } from './registry.ts'
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
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** Aborted by cancel, shutdown and loss of the job. */
  readonly signal: AbortSignal
  /** Runs a list of steps, each checkpointed; shows them as progress; undoes them when one fails. */
  readonly steps: (title: Text, steps: readonly Step[]) => Promise<Recall>
  /** `plan`: look only, for the question; `run`: it is about to be done. */
  readonly phase: 'plan' | 'run'
  /** Fly for the way back and for letting go: cancel does not abort it, loss of the job does. */
  readonly back: Fly
  /** For what a checkpoint must not hold in the clear: whole configs, tokens. */
  readonly sealer: Pick<Sealer, 'seal' | 'open'>
  /** Where the outside reaches this bot (`OPS_PUBLIC_URL`), if anywhere. */
  readonly publicUrl?: string | undefined
}

/** What finished steps left behind, by step id; survives a crash. */
export type Recall = (step: string) => unknown
