import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../../src/core/ports.ts'

/** Time as the fake sees it. It is also the core's `Clock`, so the client under test can live in the same time. */
export interface FlyClock extends Clock {
  /** Runs once `ms` have passed; at most 0 means in the next turn. Gives a function that cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
  /** Lets time pass, firing what falls due in order. On a real clock it just waits. */
  readonly advance: (ms: number) => Promise<void>
  /** Says that somebody waits for time to pass (an auto clock then jumps); gives a function that ends it. */
  readonly park: () => () => void
  /** Drops all timers. */
  readonly close: () => void
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

const someDay = Date.parse('2026-10-12T08:00:00Z')

/** Stands still until the test calls `advance`. */
export function manualClock(start = someDay): FlyClock {
  return steppingClock(start, false)
}

/** Jumps to the next timer whenever somebody sleeps or a request waits on time: nothing ever takes long. */
export function autoClock(start = someDay): FlyClock {
  return steppingClock(start, true)
}

/** Moments that can be stepped through; nothing passes by itself. */
function createTimeline(start: number): {
  readonly now: () => number
  readonly add: (ms: number, run: () => void) => () => void
  /** Fires the earliest timer up to `until`; false when there is none. */
  readonly step: (until: number) => boolean
  readonly passTo: (at: number) => void
  readonly clear: () => void
} {
  let now = start
  const timers = new Set<Timer>()
  return {
    now: () => now,
    add: (ms, run) => {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    step: (until) => {
      const due = earliest(timers, until)
      if (due === undefined) return false
      timers.delete(due)
      now = Math.max(now, due.at)
      due.run()
      return true
    },
    passTo: (at) => {
      now = Math.max(now, at)
    },
    clear: () => timers.clear(),
  }
}

function steppingClock(start: number, auto: boolean): FlyClock {
  const line = createTimeline(start)
  const parking = createParking(auto, line.step)
  const after: FlyClock['after'] = (ms, run) => {
    if (ms <= 0) return soon(run)
    const cancel = line.add(ms, run)
    parking.nudge()
    return cancel
  }
  return {
    now: line.now,
    after,
    park: parking.park,
    sleep: (ms, signal) => sleepOn({ after, park: parking.park }, ms, signal),
    advance: async (ms) => {
      const target = line.now() + ms
      await turn()
      while (line.step(target)) await turn()
      line.passTo(target)
      await turn()
    },
    close: line.clear,
  }
}

/** Counts who waits for time; on an auto clock it fires one timer a turn as long as somebody does. */
function createParking(
  auto: boolean,
  step: (until: number) => boolean,
): Pick<FlyClock, 'park'> & { readonly nudge: () => void } {
  let parked = 0
  let pumping = false
  const pump = async (): Promise<void> => {
    pumping = true
    await turn()
    while (parked > 0 && step(Infinity)) await turn()
    pumping = false
  }
  const nudge = (): void => {
    if (auto && parked > 0 && !pumping) void pump()
  }
  const park = (): (() => void) => {
    parked += 1
    nudge()
    return once(() => {
      parked -= 1
    })
  }
  return { park, nudge }
}

/** The machine's own time, for the demo and for machines that are real processes. */
export function realClock(): FlyClock {
  const timers = new Set<NodeJS.Timeout>()
  return {
    now: () => Date.now(),
    sleep: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }),
    advance: (ms) => pause(ms),
    park: () => () => {},
    after: (ms, run) => {
      if (ms <= 0) return soon(run)
      const timer = setTimeout(() => {
        timers.delete(timer)
        run()
      }, ms)
      timers.add(timer)
      return () => {
        timers.delete(timer)
        clearTimeout(timer)
      }
    },
    close: () => {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

function earliest(timers: Iterable<Timer>, until: number): Timer | undefined {
  let best: Timer | undefined
  for (const timer of timers) {
    if (timer.at <= until && (best === undefined || timer.at < best.at)) best = timer
  }
  return best
}

function soon(run: () => void): () => void {
  const handle = setImmediate(run)
  return () => clearImmediate(handle)
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}

async function sleepOn(
  clock: Pick<FlyClock, 'after' | 'park'>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const cancel = clock.after(ms, resolve)
  const unpark = clock.park()
  const abort = (): void => reject(signal?.reason as Error)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await promise
  } finally {
    cancel()
    unpark()
    signal?.removeEventListener('abort', abort)
  }
}
