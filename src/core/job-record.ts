import type { Confirm } from './command.ts'
import type { Handover } from './handover.ts'
import type { Invocation } from './invocation.ts'
import type { Lane } from './ports.ts'
import type { Text } from './text.ts'

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'refused' | 'cancelled' | 'asked'

/** What one step of a job left behind; written before and after the step, so a crash is seen in it. */
export interface StepMark {
  readonly state: 'doing' | 'done' | 'failed' | 'undone'
  readonly output?: unknown
  /** What made it fail, in words that may be shown. */
  readonly why?: Text
  readonly from: number
  readonly to?: number
}

/** Everything about one accepted command. It lies in the store; the queue holds only the id. */
export interface JobRecord {
  readonly id: string
  readonly invocation: Invocation
  readonly options: Readonly<Record<string, unknown>>
  readonly app: string
  readonly lane: Lane
  /** `plan`: only look, then ask. `run`: do it. */
  readonly phase: 'plan' | 'run'
  readonly plan?: { readonly fingerprint: string; readonly data: unknown }
  /** Who pressed Confirm or Approve, where that was needed. */
  readonly approvedBy?: string
  /** The same person as the platform vouched for them, decided about again before anything runs. */
  readonly approver?: Pick<Invocation, 'actor' | 'place'>
  /** What stood behind the yes. */
  readonly confirmed?: { readonly confirm: Confirm; readonly reason?: true }
  readonly state: JobState
  /** How often a worker began it: a worker whose number is no longer this one has lost the job. */
  readonly runs: number
  readonly cancelledBy?: string
  readonly steps: Readonly<Record<string, StepMark>>
  /** It was about to end the process that ran it. */
  readonly handover?: Handover
  readonly result?: unknown
  /** One English sentence for scripts, and the same in every language for people. */
  readonly failure?: { readonly code: string; readonly message: string; readonly text?: Text }
  readonly askedAt: number
  readonly startedAt?: number
  readonly endedAt?: number
  /** The next look at what was not known at its end. */
  readonly follow?: Follow
}

interface Follow {
  readonly n: number
  readonly due: number
  /** Cancelling stops it. */
  readonly stops?: boolean
}

export const FINAL: ReadonlySet<JobState> = new Set([
  'done',
  'failed',
  'refused',
  'cancelled',
  'asked',
])

/** What is written down of a command when it is accepted. */
export type JobDraft = Pick<
  JobRecord,
  | 'invocation'
  | 'options'
  | 'app'
  | 'lane'
  | 'phase'
  | 'plan'
  | 'approvedBy'
  | 'approver'
  | 'confirmed'
>
