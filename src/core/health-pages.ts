import type { Machine, MachineConfig } from './fly.ts'
import { locate } from './locate.ts'
import { healthCheck, isBag, rawServices, releasedSince, servedPort } from './services.ts'

type Bag = Readonly<Record<string, unknown>>

/** Since when each page is the gateway's own: older releases answer every path with their web page (OPENCLAW.md §1). */
const SINCE: Readonly<Record<string, readonly [number, number]>> = {
  '/startupz': [2026, 8],
  '/startup': [2026, 8],
  '/healthz': [2026, 3],
  '/health': [2026, 3],
  '/readyz': [2026, 3],
  '/ready': [2026, 3],
}

/** What has no meaning for a check of the port alone. */
const OF_HTTP: ReadonlySet<string> = new Set([
  'method',
  'path',
  'protocol',
  'headers',
  'tls_server_name',
  'tls_skip_verify',
])

/** Whether this release answers the path with its web page, so that a check of it passes whatever happens. */
function isBlind({ path }: Bag, version: string | null): boolean {
  const since = typeof path === 'string' && Object.hasOwn(SINCE, path) ? SINCE[path] : undefined
  return since !== undefined && releasedSince(version, since) === false
}

const bags = (value: unknown): readonly Bag[] => (Array.isArray(value) ? value.filter(isBag) : [])
const named = (config: MachineConfig): Bag => (isBag(config['checks']) ? config['checks'] : {})

/** Checks that ask the gateway itself for a page; a wrapper answers in its place. */
function asking(config: MachineConfig): readonly Bag[] {
  if (locate(config).layout === 'wrapper') return []
  const port = servedPort(config)
  return [
    ...rawServices(config)
      .filter((service) => service['internal_port'] === port)
      .flatMap(({ checks }) => bags(checks)),
    ...Object.values(named(config)).filter(isBag),
  ].filter((check) => check['type'] !== 'tcp' && (check['port'] ?? port) === port)
}

/** Paths that checks of the gateway ask. */
export const askedPaths = (config: MachineConfig): readonly string[] =>
  asking(config).flatMap(({ path }) => (typeof path === 'string' ? [path] : []))

/** Those that this release answers with its web page. */
export const blindPaths = (config: MachineConfig, version: string | null): readonly string[] =>
  asking(config).flatMap((check) => (isBlind(check, version) ? [String(check['path'])] : []))

/** Fly routes to the machine, and its config names no check at all. */
export const isUnchecked = ({ config, checks }: Pick<Machine, 'config' | 'checks'>): boolean =>
  config !== null &&
  checks.length === 0 &&
  rawServices(config).length > 0 &&
  rawServices(config).every((service) => bags(service['checks']).length === 0) &&
  Object.keys(named(config)).length === 0

/** There is a service that leads to the gateway, for a check to belong to. */
export const canBeChecked = (config: MachineConfig): boolean =>
  rawServices(config).some((service) => service['internal_port'] === servedPort(config))

/** With the guide's check in the service that leads to the gateway. */
export function withCheck(config: MachineConfig, version: string | null): MachineConfig {
  const services = rawServices(config)
  const own = services.find((service) => service['internal_port'] === servedPort(config))
  const checks = [healthCheck(config, version)]
  return {
    ...config,
    services: services.map((service) => (service === own ? { ...service, checks } : service)),
  }
}

/** With another page in each check that this release answers with its web page; the port alone where it has no page of its own. */
export function withSight(config: MachineConfig, version: string | null): MachineConfig {
  const blind = new Set(asking(config).filter((check) => isBlind(check, version)))
  const good = healthCheck(config, version)
  const seeing = (check: unknown): unknown =>
    isBag(check) && blind.has(check) ? mended(check, good) : check
  const own = Object.entries(named(config)).map(([name, check]) => [name, seeing(check)])
  const services = rawServices(config).map((service) =>
    Array.isArray(service['checks'])
      ? { ...service, checks: service['checks'].map(seeing) }
      : service,
  )
  return {
    ...config,
    ...(config['services'] !== undefined && { services }),
    ...(config['checks'] !== undefined && { checks: Object.fromEntries(own) }),
  }
}

function mended(check: Bag, good: Bag): Bag {
  if (typeof good['path'] === 'string') return { ...check, path: good['path'] }
  const rest = Object.entries(check).filter(([name]) => !OF_HTTP.has(name))
  return { ...Object.fromEntries(rest), type: 'tcp' }
}
