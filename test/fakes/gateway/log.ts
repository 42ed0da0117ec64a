import type { Behaviour } from './behaviour.ts'

/** Lines as the recorded versions write them off a terminal: time, subsystem, text. */
export interface Log {
  readonly out: (subsystem: string, text: string) => void
  readonly err: (subsystem: string, text: string) => void
  /** A line with a time and no subsystem, on stderr. */
  readonly bare: (text: string) => void
  /** A line without time or subsystem, on stderr. */
  readonly raw: (text: string) => void
}

export function createLog(behaviour: Behaviour): Log {
  const time = () => new Date().toISOString().replace('Z', behaviour.zone)
  return {
    out: (subsystem, text) => process.stdout.write(`${time()} [${subsystem}] ${text}\n`),
    err: (subsystem, text) => process.stderr.write(`${time()} [${subsystem}] ${text}\n`),
    bare: (text) => process.stderr.write(`${time()} ${text}\n`),
    raw: (text) => process.stderr.write(`${text}\n`),
  }
}
