import type { Fly, LogLine, LogPage } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { parseJson } from './error-body.ts'
import { type LogTokens, withEither } from './log-tokens.ts'
import { anything, field, listOf, object, text, timeMs } from './schema.ts'

/** One page of the log API at a time. */
export function createLogs(
  call: Caller,
  { tokens, ...fly }: Pick<Fly, 'app'> & { readonly tokens: LogTokens },
): Pick<Fly, 'logs'> {
  return {
    logs: (app, { cursor, machine, region } = {}) =>
      withEither({ tokens, fly, app }, (token) =>
        call({
          endpoint: 'GET /api/v1/apps/{app}/logs',
          at: { app },
          query: { next_token: cursor, instance: machine, region },
          party: 'logs',
          token,
          read: (answer) => readPage(answer, cursor),
        }),
      ),
  }
}

/** After a page without a cursor of its own, reading goes on where it was. */
function readPage(answer: Answer, asked: string | undefined): LogPage | undefined {
  const lines = listOf(field(answer.json, 'data'), readLine)
  if (lines === undefined) return undefined
  return { lines, cursor: cursorOf(answer) ?? asked ?? null }
}

/** The cursor as it was written: as a number it would be rounded, for it lies beyond 2^53 (FLY.md §4.1). */
function cursorOf({ json, text: raw }: Answer): string | undefined {
  const found = field(field(json, 'meta'), 'next_token')
  if (typeof found === 'string') return found || undefined
  if (typeof found !== 'number') return undefined
  const exact: unknown = JSON.parse(raw, keepDigits)
  const digits = field(field(exact, 'meta'), 'next_token')
  return typeof digits === 'string' ? digits : undefined
}

function keepDigits(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return key === 'next_token' && typeof value === 'number' ? context?.source : value
}

const Line = object({
  timestamp: anything,
  message: text,
  level: text,
  instance: text,
  region: text,
  meta: anything,
})

function readLine(value: unknown): LogLine | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const line = Line.parse(field(value, 'attributes'))
  const provider = text.parse(field(field(line.meta, 'event'), 'provider'))
  return {
    at: timeMs(line.timestamp) ?? 0,
    stamp: text.parse(line.timestamp) ?? '',
    machine: line.instance || text.parse(field(line.meta, 'instance')) || null,
    region: line.region || text.parse(field(line.meta, 'region')) || null,
    level: line.level || 'info',
    provider: provider || 'app',
    message: line.message ?? '',
  }
}

/** One message of the NATS stream (FLY.md §4.2); nothing when it is none. */
export function readStreamLine(json: string): LogLine | undefined {
  const value = parseJson(json)
  const message = text.parse(field(value, 'message'))
  if (typeof message !== 'string') return undefined
  const stamp = text.parse(field(value, 'timestamp')) ?? ''
  const fly = field(value, 'fly')
  return {
    at: timeMs(stamp) ?? 0,
    stamp,
    machine: text.parse(field(field(fly, 'app'), 'instance')) || null,
    region: text.parse(field(fly, 'region')) || null,
    level: text.parse(field(field(value, 'log'), 'level')) || 'info',
    provider: text.parse(field(field(value, 'event'), 'provider')) || 'app',
    message,
  }
}
