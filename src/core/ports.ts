import type { Platform } from './invocation.ts'

/** Time, so that tests can set it. */
export interface Clock {
  readonly now: () => number
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** Structured log. From `warn` up the message is static and what varies is in `data`. */
export interface Log {
  readonly debug: (data: object, message: string) => void
  readonly info: (data: object, message: string) => void
  readonly warn: (data: object, message: string) => void
  readonly error: (data: object, message: string) => void
  readonly child: (data: object) => Log
}

/** One entry of a bucket, with the number that orders it in `list`. */
export interface Entry {
  readonly id: string
  readonly value: unknown
  readonly order: number
}
export interface PutOptions {
  /** Forgotten after this long; without it, never. */
  readonly ttlMs?: number
  /** Place in `list`, ascending; the time of the first write when left out. */
  readonly order?: number
  /** Once it is written, a nudge of this topic with the entry's id as its detail. */
  readonly nudge?: string
}
/** One entry and what becomes of it. `change` must be pure, may run more than once, and returning `undefined` leaves the entry as it was. */
export interface Change {
  readonly bucket: string
  readonly id: string
  readonly change: (current: unknown) => unknown
  readonly options?: PutOptions
}
export interface UpdateOptions extends PutOptions {
  /** Other entries that are changed as one with it; when it is left as it was, so are these. */
  readonly along?: readonly Change[]
}
export interface ListOptions {
  /** Only entries with an order up to and including this. */
  readonly until?: number
  readonly limit?: number
  readonly newestFirst?: boolean
}

/**
 * Durable state: buckets of JSON values by id. Every method is atomic, and what it has acknowledged survives a kill.
 * Rejects with `OpsError('unavailable')` when the store cannot be reached in time.
 */
export interface Store {
  readonly get: (bucket: string, id: string) => Promise<unknown>
  readonly put: (bucket: string, id: string, value: unknown, options?: PutOptions) => Promise<void>
  /** Writes only when there is nothing yet; tells whether it did. */
  readonly create: (
    bucket: string,
    id: string,
    value: unknown,
    options?: PutOptions,
  ) => Promise<boolean>
  /** Read, change, write as one: `change` must be pure, may run more than once, and returning `undefined` leaves all as it was. Without `ttlMs` the entry keeps what is left of its life. Gives what is stored afterwards. */
  readonly update: (
    bucket: string,
    id: string,
    change: (current: unknown) => unknown,
    options?: UpdateOptions,
  ) => Promise<unknown>
  /** Reads and removes as one: of many takers one gets it. */
  readonly take: (bucket: string, id: string) => Promise<unknown>
  readonly remove: (bucket: string, id: string) => Promise<void>
  readonly list: (bucket: string, options?: ListOptions) => Promise<readonly Entry[]>
  /** Adds to the end of an append-only stream; gives the entry's id, ascending within the stream. */
  readonly append: (stream: string, entry: unknown) => Promise<string>
  /** Adds to the end what `next` makes of the newest entry (nothing: there is none), as one: nobody's entry comes between. `next` must be pure and may run more than once. Gives the ids. */
  readonly extend: (
    stream: string,
    next: (last: unknown) => readonly unknown[],
  ) => Promise<readonly string[]>
  /** Removes the oldest entries, up to and including this one; gives how many. */
  readonly trim: (stream: string, through: string) => Promise<number>
  /** Entries between two places, both left out. */
  readonly read: (
    stream: string,
    options?: {
      readonly after?: string
      readonly before?: string
      readonly limit?: number
      readonly newestFirst?: boolean
    },
  ) => Promise<ReadonlyArray<{ readonly id: string; readonly entry: unknown }>>
  /** Tells every process that something under `topic` changed. A hint only: it may be lost or doubled. */
  readonly nudge: (topic: string, detail?: string) => Promise<void>
  /** Gives a function that stops listening. */
  readonly onNudge: (topic: string, listener: NudgeListener) => () => void
  readonly health: () => Promise<Health>
  readonly close: () => Promise<void>
}

/** `written` gives what was written when it is at hand: it spares the read, and may be older than what is stored by now. */
export type NudgeListener = (detail: string, written?: () => unknown) => void

/** How one part is: `detail` is one sentence for people, without secrets. */
export interface Health {
  readonly ok: boolean
  readonly detail: string
}

/** Lanes: reads go side by side, mutations of one app one after another, timers when they are due. */
export type Lane = 'read' | 'timer' | `app-${string}`

export interface QueuedJob {
  readonly id: string
  readonly lane: Lane
  /** Not before this long from now; only in the timer lane. */
  readonly delayMs?: number
}
/** Something that comes again and again, in the timer lane. Each tick is a turn with an id of its own: the key, `-`, and a number. */
export interface Schedule {
  readonly key: string
  readonly everyMs: number
}
export interface JobTurn {
  readonly id: string
  readonly lane: Lane
  /** Aborted when the engine lost its hold on the job or is shutting down. */
  readonly signal: AbortSignal
}

/**
 * Hands ids to workers, nothing else: what a job is lies in the Store, so the queue never holds a secret.
 * A job is given to one worker at a time; when that worker dies it is given again, so handlers check what was done.
 */
export interface JobQueue {
  /** Adding an id that is waiting, running or still remembered changes nothing. */
  readonly enqueue: (job: QueuedJob) => Promise<void>
  /** Takes a waiting job out; false when it is running or unknown. */
  readonly remove: (job: QueuedJob) => Promise<boolean>
  /**
   * One tick each `everyMs` for all processes together, however many declare it and however often; the first at once. Another interval
   * takes the place of the one before. What came due while nobody worked is one tick. One that fails is not tried again: the next comes.
   */
  readonly schedule: (schedule: Schedule) => Promise<void>
  /** Ends it; false when there was none. A tick that is being worked on goes on. */
  readonly unschedule: (key: string) => Promise<boolean>
  /** Starts working. A handler that throws is tried again, at most twice more, with growing pauses. */
  readonly work: (options: {
    readonly apps: readonly string[]
    readonly reads: number
    readonly handler: (turn: JobTurn) => Promise<void>
  }) => Promise<void>
  /** Schedules are not counted: their next tick waits for ever. */
  readonly counts: () => Promise<
    Readonly<Record<string, { waiting: number; active: number; delayed: number }>>
  >
  readonly health: () => Promise<Health>
  /** Takes no more jobs and waits for those running, at most `deadlineMs`; then aborts them and lets go. */
  readonly drain: (deadlineMs: number) => Promise<void>
  readonly close: () => Promise<void>
}

export { type Chat, ChatError, type FileBeside, type MessageRef } from './chat-port.ts'

/** Seals secrets at rest; what was sealed under another key or touched does not open. */
export interface Sealer {
  readonly seal: (plain: string) => string
  readonly open: (sealed: string) => string | undefined
  /** Keyed digest, for ids that must not be guessed: 22 characters of base64url. */
  readonly digest: (value: string) => string
}

/** How the look-out goes, at `/metrics`. */
export interface WatchMetrics {
  /** One look at an app: whether its machines were seen, and how much later than planned it began. */
  readonly watchLook: (result: 'seen' | 'blind', lateSeconds: number) => void
  /** How many apps this process watches, and how many of these it can't see. */
  readonly watched: (apps: number, blind: number) => void
}

/** Counters that end up at `/metrics`. */
export interface Metrics {
  readonly job: (command: string, result: string, seconds: number) => void
  readonly flyCall: (endpoint: string, status: string, seconds: number) => void
  readonly chatSend: (platform: Platform, result: string) => void
  readonly rateLimitWait: (party: string, seconds: number) => void
  /** Lines of an app's logs in which a secret was met. */
  readonly secretsPrinted: (app: string, lines: number) => void
}
