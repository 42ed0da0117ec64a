import { pino } from 'pino'
import type { Config } from './config/config.ts'
import type { Clock, Log } from './core/ports.ts'
import { createScrubber } from './scrub.ts'

/** The log of a process, with the door for values that must never be in it. */
export interface ProcessLog extends Log {
  /** From now on this value is left out of every line, also in base64 and URL-encoded. */
  readonly hide: (value: string) => void
}

interface Options {
  readonly level: Config['logLevel']
  /** Takes whole lines, each with its line feed; standard output when left out. */
  readonly destination?: { readonly write: (line: string) => unknown }
}

/** Writes one line of JSON for each message, without secrets (values given to `hide`, shapes of tokens). */
export function createLog({
  level,
  destination = pino.destination({ sync: true }),
}: Options): ProcessLog {
  const { hide, line } = createScrubber()
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: plain },
      serializers: { err: (error: unknown) => error },
    },
    { write: (text: string) => destination.write(line(text)) },
  )
  return Object.assign(toLog(logger), { hide })
}

const toLog = (logger: pino.Logger): Log => ({
  debug: (data, message) => logger.debug(data, message),
  info: (data, message) => logger.info(data, message),
  warn: (data, message) => logger.warn(data, message),
  error: (data, message) => logger.error(data, message),
  child: (data) => toLog(logger.child(plain(data))),
})

const plain = (data: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      value instanceof Error ? described(value) : value,
    ]),
  )

const DEEPEST = 5

/**
 * An error with its causes. Only what is named here: clients hang whole requests, with their headers, on their errors,
 * which is why pino's own serializer, taking every property, is not used.
 */
function described(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error) || depth > DEEPEST) return String(error)
  const { name, message, stack, cause } = error
  const { code, status, reference } = error as Partial<
    Record<'code' | 'status' | 'reference', unknown>
  >
  const errors = error instanceof AggregateError ? error.errors : undefined
  return {
    type: name,
    message,
    ...named({ code, status, reference }),
    stack,
    ...(cause === undefined ? {} : { cause: described(cause, depth + 1) }),
    ...(errors && { errors: errors.slice(0, DEEPEST).map((each) => described(each, depth + 1)) }),
  }
}

const named = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => ['string', 'number'].includes(typeof value)),
  )

const MOST_MESSAGES = 500

/**
 * For what may come thousands of times a second: lets each message through once in `ms`, with `leftOut`, the number of
 * times it was left out since the line before. Messages are told apart by their text, which is static.
 */
export function throttled(log: Log, ms: number, clock: Pick<Clock, 'now'>): Log {
  const windows = new Map<string, { until: number; leftOut: number }>()
  const once = (level: 'debug' | 'info' | 'warn' | 'error'): Log['info'] => {
    return (data, message) => {
      const key = `${level} ${message}`
      const now = clock.now()
      const window = windows.get(key)
      if (window !== undefined && now < window.until) {
        window.leftOut += 1
        return
      }
      // Messages are few; should one hold what varies after all, this must not grow without end.
      if (windows.size >= MOST_MESSAGES) windows.clear()
      windows.set(key, { until: now + ms, leftOut: 0 })
      log[level](window?.leftOut ? { ...data, leftOut: window.leftOut } : data, message)
    }
  }
  return {
    debug: once('debug'),
    info: once('info'),
    warn: once('warn'),
    error: once('error'),
    child: (data) => throttled(log.child(data), ms, clock),
  }
}
