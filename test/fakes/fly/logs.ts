import { flyErrors } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { json } from './router.ts'
import type { FakeApp, FakeLogLine, Json } from './types.ts'
import type { World } from './world.ts'
import { text } from './values.ts'

const pageSize = 100
const dayMs = 86_400_000
const retentionMs = 7 * dayMs

export const logRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/apps/:app/logs',
    action: 'logs',
    query: ['next_token', 'instance', 'region'],
    handle: read,
  },
]

/** Oldest first. An app it does not know, or may not read, answers 401, never 404. */
function read(context: Context): Answer {
  const { world, query } = context
  const app = readableApp(context)
  const cursor = text(query.get('next_token'))
  if (cursor !== undefined && !/^\d+$/.test(cursor)) throw flyErrors.invalid('next_token')
  const instance = text(query.get('instance'))
  const region = text(query.get('region'))
  const since = world.clock.now() - (cursor === undefined ? dayMs : retentionMs)
  const seen = app.logs.filter(
    (line) =>
      line.writtenAt + world.settings.delays.logs <= world.clock.now() &&
      line.nanos >= BigInt(Math.trunc(since)) * 1_000_000n &&
      (instance === undefined || line.machine === instance) &&
      (region === undefined || line.region === region),
  )
  const lines =
    cursor === undefined
      ? seen.slice(-pageSize)
      : seen.filter(({ nanos }) => nanos > BigInt(cursor)).slice(0, pageSize)
  const last = lines.at(-1)
  const next = last === undefined ? (cursor ?? '') : String(last.nanos)
  return json({ data: lines.map(view), meta: { next_token: next } })
}

/** The log API knows no Bearer macaroons and no mix of macaroons and user tokens. */
function readableApp({ world, params, token, authorization }: Context): FakeApp {
  const app = world.apps.get(params['app'] ?? '')
  const tokens = authorization.replace(/^(FlyV1|Bearer) /, '').split(',')
  const macaroons = tokens.filter((part) => part.startsWith('fm'))
  const bearer = authorization.startsWith('Bearer ') && macaroons.length > 0
  const mixed = macaroons.length > 0 && macaroons.length < tokens.length
  const mayRead = token.apps === '*' || token.apps.includes(app?.name ?? '')
  if (app === undefined || bearer || mixed || !mayRead) throw flyErrors.unauthorized()
  return app
}

export interface LogInput {
  readonly message: string
  readonly level?: string
  readonly provider?: string
  /** Unix ms of the line itself; now when left out. Lines of one ms get different nanoseconds. */
  readonly at?: number
}

/** Adds a line where its time puts it; a line dated earlier is one that arrives late. */
export function addLog(
  world: World,
  app: FakeApp,
  line: LogInput & { readonly machine: string; readonly region: string },
): void {
  const writtenAt = world.clock.now()
  const nanos = BigInt(line.at ?? writtenAt) * 1_000_000n + BigInt(world.ids.count() % 1_000_000)
  const entry: FakeLogLine = {
    nanos,
    writtenAt,
    machine: line.machine,
    region: line.region,
    level: line.level ?? 'info',
    provider: line.provider ?? 'app',
    message: line.message,
  }
  const index = app.logs.findLastIndex((other) => other.nanos <= nanos)
  app.logs.splice(index + 1, 0, entry)
}

function view(line: FakeLogLine): Json {
  const { machine: instance, region } = line
  const fraction = String(line.nanos % 1_000_000_000n).padStart(9, '0')
  const seconds = new Date(Number(line.nanos / 1_000_000n)).toISOString().slice(0, 19)
  return {
    id: '',
    type: 'log',
    attributes: {
      timestamp: `${seconds}.${fraction}Z`,
      message: line.message,
      level: line.level,
      instance,
      region,
      meta: {
        instance,
        region,
        event: { provider: line.provider },
        http: { request: { id: '', method: '', version: '' }, response: { status_code: 0 } },
        error: { code: 0, message: '' },
        url: { full: '' },
      },
    },
  }
}
