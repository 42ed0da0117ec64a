import type { Clock } from './core/ports.ts'

/** Whatever hangs, the process ends before it is killed (fly.toml, kill_timeout). */
const LAST_MS = 28_000
/** npm sends on what a terminal has sent to its child already, so two signals that come together are one. */
const TOGETHER_MS = 1000

interface Deps {
  /** Where signals arrive: `process`. */
  readonly signals: {
    readonly on: (name: 'SIGTERM' | 'SIGINT', listener: (name: string) => void) => unknown
  }
  readonly clock: Clock
  /** Ends the process in the middle of whatever it does. */
  readonly force: () => void
}

/** Aborted, with the signal's name, when the process is told to stop. Forces the end when it is told again, or takes too long. */
export function toldToStop({ signals, clock, force }: Deps): AbortSignal {
  const told = new AbortController()
  let toldAt = 0
  const listen = (name: string): void => {
    if (told.signal.aborted) {
      if (clock.now() - toldAt > TOGETHER_MS) force()
      return
    }
    toldAt = clock.now()
    told.abort(name)
    void clock.sleep(LAST_MS).then(force)
  }
  signals.on('SIGTERM', listen)
  signals.on('SIGINT', listen)
  return told.signal
}

/** What `work` gives, or nothing when told to stop first; what it comes to later is nobody's business any more. */
export async function unlessTold<T>(told: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work, untilTold(told)])
}

/** Resolves when the process is told to stop. */
export async function untilTold(told: AbortSignal): Promise<undefined> {
  if (told.aborted) return undefined
  const { promise, resolve } = Promise.withResolvers<undefined>()
  told.addEventListener('abort', () => resolve(undefined), { once: true })
  return promise
}
