import { createHash } from 'node:crypto'
import type { OpsError } from '../errors.ts'
import type { LogLine } from '../fly.ts'
import type { Text } from '../text.ts'

/** Where a reader of a tail is; plain JSON, so that a reader survives the process that held the tail. */
export interface TailPosition {
  /** Which tail `seq` counts in; another one (after a restart, in another worker) goes on after `after`. */
  readonly tail: string | null
  readonly seq: number
  /** Up to here all was read: nanoseconds as the log API's cursors. */
  readonly after: string
  /** What was read of later than that, as `lineKey`s: late lines come in between. */
  readonly recent: readonly string[]
  /** Where it stood when it came to this tail, while the tail may still give lines of before that. */
  readonly joined: Pick<TailPosition, 'after' | 'recent'> | null
  /** How many gaps of the tail were told. */
  readonly gaps: number
}

/** A time of which nobody knows what was written in it. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** Lines in the order in which they came, made when they are asked for. Every array is one. */
export interface LogLines extends Iterable<LogLine> {
  readonly length: number
  readonly at: (index: number) => LogLine | undefined
  readonly slice: (from: number) => readonly LogLine[]
}

export interface TailRead {
  readonly lines: LogLines
  readonly position: TailPosition
  /** Lines that came and went between two reads. */
  readonly dropped: number
  readonly gaps: readonly Gap[]
  readonly source: 'nats' | 'http'
  /** The upstream's latest failure, while it lasts. */
  readonly trouble: OpsError | null
  /** Why it is not the live stream that was configured. */
  readonly note: Text | null
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

/** Where somebody begins to read who has seen all up to a moment. */
export const positionAfter = (after: string): TailPosition => ({
  tail: null,
  seq: 0,
  after,
  recent: [],
  joined: null,
  gaps: 0,
})

/** Tells a line from others by time (readable in front), machine and message; a digest, because it is written down and a line may hold a secret. */
export const lineKey = (line: LogLine): string => {
  const digest = createHash('sha1').update(`${line.machine}|${line.message}`).digest('base64')
  return `${nanosOf(line)}.${digest.slice(0, 10)}`
}

/** The time in a line's key. */
export const nanosOfKey = (key: string): bigint => BigInt(key.slice(0, key.indexOf('.')))
