import type { FakeApp, FakeMachine, FakeToken, FakeVolume, Json } from './types.ts'
import type { World } from './world.ts'
import { flyErrors } from './errors.ts'

export interface Answer {
  readonly status: number
  /** Left out for an empty answer; a string is sent as plain text. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export interface Context {
  readonly world: World
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Json
  readonly nonce: string | null
  readonly token: FakeToken
  /** The Authorization header as sent. */
  readonly authorization: string
  /** Aborted when the client has gone or the fake closes. */
  readonly signal: AbortSignal
}
export interface Route {
  readonly method: string
  /** With `:name` for one segment. */
  readonly path: string
  /** What rate limits count, together with the machine or else the app. */
  readonly action: string
  /** Query parameters it knows; one ending in `.` is a prefix. */
  readonly query?: readonly string[]
  /** Row of `requestFields`; without it a body is not expected. */
  readonly schema?: string
  /** Needs write access. */
  readonly writes?: boolean
  readonly handle: (context: Context) => Answer | Promise<Answer>
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export function createRouter(
  routes: readonly Route[],
): (method: string, path: string) => Match | null {
  const compiled = routes.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  }))
  return (method, path) => {
    for (const { route, pattern } of compiled) {
      const found = route.method === method ? pattern.exec(path) : null
      if (found !== null) return { route, params: decode(found.groups ?? {}) }
    }
    return null
  }
}

function decode(groups: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(groups)
  return Object.fromEntries(pairs.map(([key, value]) => [key, decodeURIComponent(value)]))
}

/** The app of the request; 404 when there is none (yet), 403 when it is not the token's. */
export function appOf({ world, params, token }: Context): FakeApp {
  const name = params['app'] ?? ''
  if (world.otherOrgApps.has(name)) throw flyErrors.forbidden()
  const app = world.apps.get(name)
  if (app === undefined || app.visibleAt > world.clock.now()) throw flyErrors.appNotFound()
  if (token.apps !== '*' && !token.apps.includes(name)) throw flyErrors.forbidden()
  return app
}

export function machineOf(context: Context): FakeMachine {
  const machine = appOf(context).machines.get(context.params['machine'] ?? '')
  if (machine === undefined) throw flyErrors.machineNotFound()
  return machine
}

export function volumeOf(context: Context): FakeVolume {
  const volume = appOf(context).volumes.get(context.params['volume'] ?? '')
  if (volume === undefined) throw flyErrors.volumeNotFound()
  return volume
}

/** A machine about to be changed: its host must answer and nobody else may hold its lease. */
export function machineToChange(context: Context): FakeMachine {
  const machine = machineOf(context)
  refuseUnreachable(machine)
  refuseLeased(context, machine)
  return machine
}

export function refuseUnreachable(machine: FakeMachine): void {
  if (machine.hostStatus !== 'ok') throw flyErrors.hostUnreachable()
}

/** The lease in force, or `null` once it has run out. */
export function leaseOf(world: World, machine: FakeMachine): FakeMachine['lease'] {
  const { lease } = machine
  return lease !== null && lease.expiresAt * 1000 > world.clock.now() ? lease : null
}

export function refuseLeased({ world, nonce }: Context, machine: FakeMachine): void {
  const lease = leaseOf(world, machine)
  if (lease === null || lease.nonce === nonce) return
  const expires = new Date(lease.expiresAt * 1000).toISOString().replace('.000Z', 'Z')
  throw flyErrors.leaseHeld(machine.id, lease.owner, expires)
}

export const ok: Answer = { status: 200, body: { ok: true } }
export const noContent: Answer = { status: 204 }

export function json(body: unknown, status = 200): Answer {
  return { status, body }
}

/** One page of a list by a numeric cursor, as `[items, cursor of the next page]`. */
export function page<T>(items: readonly T[], query: URLSearchParams, most: number): [T[], string] {
  const limit = Math.min(Number(query.get('limit') ?? most) || most, most)
  const raw = query.get('cursor') ?? ''
  const start = raw === '' ? 0 : Number(Buffer.from(raw, 'base64url').toString())
  if (!Number.isInteger(start)) throw flyErrors.invalid('cursor')
  const end = start + limit
  const next = end < items.length ? Buffer.from(String(end)).toString('base64url') : ''
  return [items.slice(start, end), next]
}
