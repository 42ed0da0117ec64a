import type { LogLine } from '../fly.ts'
import type { OpsError } from '../errors.ts'

/** Where a reader of a tail is; plain JSON, so that a reader survives the process that held the tail. */
export interface TailPosition {
  /** Which tail `seq` counts in; another one (after a restart, in another worker) goes on after `after`. */
  readonly tail: string | null
  readonly seq: number
  /** Time of the newest line that was read, or of the beginning: nanoseconds as the log API's cursors. */
  readonly after: string
}

/** A time of which nobody knows what was written in it. */
export interface Gap {
  readonly from: number
  readonly to: number
}

export interface TailRead {
  readonly lines: readonly LogLine[]
  readonly position: TailPosition
  /** Lines that came and went between two reads. */
  readonly dropped: number
  readonly gaps: readonly Gap[]
  readonly source: 'nats' | 'http'
  /** The upstream's latest failure, while it lasts. */
  readonly trouble: OpsError | null
}

/** Lines of apps as they come in. All readers of one app share one upstream, which ends when nobody reads any more. */
export interface Tails {
  readonly read: (app: string, position: TailPosition) => TailRead
  readonly close: () => Promise<void>
}

/** Nanoseconds since 1970 of a line: two upstreams write the same moment with different numbers of zeros. */
export function nanosOf({ stamp, at }: Pick<LogLine, 'stamp' | 'at'>): bigint {
  const fraction = /\.(\d{1,9})/.exec(stamp)?.[1]
  if (fraction === undefined) return BigInt(at) * 1_000_000n
  return BigInt(Math.floor(at / 1000)) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}
