import { join, resolve } from 'node:path'
import type { Behaviour } from './behaviour.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** What the command line and environment say; nothing of it changes while the process lives. */
export interface Settings {
  readonly behaviour: Behaviour
  readonly env: Env
  readonly log: Log
  readonly stateDir: string
  readonly configPath: string
  readonly controlDir: string
  readonly port: number
  readonly bind: string
  readonly allowUnconfigured: boolean
}

/** One run of the gateway, from its start to the next in-process restart. */
export interface Run {
  readonly settings: Settings
  readonly bootId: string
  readonly startedAt: number
  phase: 'starting' | 'started' | 'draining'
  config: Config
  /** Channels that were started; empty when the breaker held them back. */
  channels: readonly string[]
}

/** A start that ends here: the lines go to stderr and the code is the exit code. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
  readonly lines: readonly string[]
  readonly code: number
  constructor(code: number, ...lines: string[]) {
    super(lines[0] ?? '')
    this.code = code
    this.lines = lines
  }
}

/** Where state, config and the control files lie, as the environment says. */
export function pathsOf(env: Env): {
  readonly stateDir: string
  readonly configPath: string
  readonly controlDir: string
} {
  const stateDir = resolve(env['OPENCLAW_STATE_DIR'] ?? join(env['HOME'] ?? '/root', '.openclaw'))
  return {
    stateDir,
    configPath: env['OPENCLAW_CONFIG_PATH'] ?? join(stateDir, 'openclaw.json'),
    controlDir: env['FAKE_OPENCLAW_CONTROL'] ?? join(stateDir, '.fake'),
  }
}

/** Ends the process as a failed start does; anything but a `StartFailure` is thrown on. */
export function endBy(error: unknown, log: Log): never {
  if (!(error instanceof StartFailure)) throw error
  for (const line of error.lines) log.raw(line)
  process.exit(error.code)
}
