import type { Log } from '../../src/core/ports.ts'

export interface Logged {
  readonly level: string
  readonly data: object
  readonly message: string
}

/** Keeps what is logged. */
export function createTestLog(lines: Logged[] = []): Log {
  const at = (level: string) => (data: object, message: string) =>
    void lines.push({ level, data, message })
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return log
}
