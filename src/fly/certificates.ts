import type { Certificate, Fly } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { anything, field, flag, items, listOf, object, text, timeMs } from './schema.ts'

/** A deployment has a handful of domains; the dates of more are not asked for. */
const DATED = 5
const PAGE = 100

/** The certificates of an app's own domains. The list names none of their dates, so each is asked for by itself. */
export function createCertificates(call: Caller): Pick<Fly, 'certificates'> {
  const expiryOf = (app: string, hostname: string): Promise<number> =>
    call({
      endpoint: 'GET /v1/apps/{app}/certificates/{hostname}',
      at: { app, hostname },
      read: readExpiry,
    })
  return {
    async certificates(app) {
      const listed = await call({
        endpoint: 'GET /v1/apps/{app}/certificates',
        at: { app },
        query: { limit: PAGE },
        read: ({ json }) => readList(json),
      })
      const dates = await Promise.all(
        listed.slice(0, DATED).map(({ hostname }) => expiryOf(app, hostname)),
      )
      return listed.map((one, n) => ({ ...one, expiresAt: finite(dates[n]) }))
    },
  }
}

/** An object without any list has none; what is no object is not understood. */
function readList(json: unknown): readonly Certificate[] | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  return listOf(field(json, 'certificates') ?? null, readSummary)
}

const finite = (at: number | undefined): number | null =>
  at === undefined || !Number.isFinite(at) ? null : at

const Summary = object({ hostname: text, status: text, configured: flag, created_at: anything })

function readSummary(value: unknown): Certificate | undefined {
  const { hostname, status, configured, created_at } = Summary.parse(value)
  if (!hostname) return undefined
  return {
    hostname,
    status: status ?? '',
    configured: configured ?? null,
    createdAt: timeMs(created_at),
    expiresAt: null,
  }
}

/** When the last of those that are served ends; infinite when none has a date. */
function readExpiry({ json }: Answer): number | undefined {
  if (json === undefined) return undefined
  const entries = items.parse(field(json, 'certificates')) ?? []
  const dates = entries
    .filter((entry) => text.parse(field(entry, 'status')) === 'active')
    .flatMap((entry) => timeMs(field(entry, 'expires_at')) ?? [])
  return dates.length === 0 ? Infinity : Math.max(...dates)
}
