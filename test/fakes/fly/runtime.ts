import type { FakeCheck, FakeMachine, FakeVolume } from './types.ts'

export interface ExecRequest {
  readonly machine: FakeMachine
  /** As sent; never holds stdin, which Fly does not pass on. */
  readonly command: readonly string[]
  readonly timeoutMs: number
}
export interface ExecOutcome {
  readonly exitCode: number
  readonly exitSignal?: number
  readonly stdout: string
  readonly stderr: string
}
export interface ProcessExit {
  readonly code: number
  /** Number of the signal that ended it, or -1. */
  readonly signal: number
}
export interface ProcessStat {
  readonly pid: number
  readonly command: string
  readonly directory: string
  readonly cpu: number
  readonly rss: number
  readonly rtime: number
  readonly stime: number
  readonly listen_sockets: readonly { readonly proto: string; readonly address: string }[]
}

/** What is inside the machines. Everything about states, events and versions is elsewhere. */
export interface Runtime {
  /** Starts the main process; `onExit` is called once, when it has ended for whatever reason. */
  readonly boot: (machine: FakeMachine, onExit: (exit: ProcessExit) => void) => Promise<void>
  /** Asks the main process to end; the last resort comes after `timeoutMs`. */
  readonly stop: (machine: FakeMachine, how: { signal: string; timeoutMs: number }) => void
  readonly signal: (machine: FakeMachine, signal: string) => void
  /** Ends the main process as if by itself; a real one by the signal, or SIGKILL. */
  readonly crash: (machine: FakeMachine, exit: ProcessExit) => void
  /** `null` when it took longer than allowed: it goes on running. */
  readonly exec: (request: ExecRequest) => Promise<ExecOutcome | null>
  readonly processes: (machine: FakeMachine) => Promise<readonly ProcessStat[]>
  /** Brings `machine.checks` up to date. */
  readonly refreshChecks: (machine: FakeMachine) => Promise<void>
  /** Used bytes of a volume, when it really has some. */
  readonly volumeBytes: (volume: FakeVolume) => number | null
  /** Where a TCP port of the machine really listens. */
  readonly address: (machine: FakeMachine, port: number) => string | null
  /** Where a path of the machine really is. */
  readonly path: (machine: FakeMachine, inside: string) => string | null
  readonly close: () => Promise<void>
}

export type ExecHandler = (
  request: ExecRequest,
) => Partial<ExecOutcome> | 'timeout' | Promise<Partial<ExecOutcome> | 'timeout'>

/** The checks a config declares, with the names Fly gives them. */
export interface DeclaredCheck {
  readonly name: string
  readonly type: string
  readonly port: number
  readonly path: string
  readonly timeoutMs: number
}

/** Sets one check's status and keeps `updatedAt` at the last change. */
export function setCheck(
  machine: FakeMachine,
  check: Pick<FakeCheck, 'name' | 'status' | 'output'>,
  now: number,
): boolean {
  const known = machine.checks.find((candidate) => candidate.name === check.name)
  if (known === undefined) {
    machine.checks.push({ ...check, updatedAt: now })
    return true
  }
  const changed = known.status !== check.status
  known.output = check.output
  if (changed) Object.assign(known, { status: check.status, updatedAt: now })
  return changed
}
