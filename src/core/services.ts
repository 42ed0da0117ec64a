import type { MachineConfig } from './fly.ts'
import { locate } from './locate.ts'
import { envOf, parseImage, servicesOf } from './machine-config.ts'

type Bag = Readonly<Record<string, unknown>>

/** The `services` of a machine's config, as Fly holds them. */
export type Services = readonly Bag[]

export const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Everything under `services`, unknown fields included; empty for a machine that is not routed to. */
export function rawServices(config: MachineConfig): Services {
  const services = config['services']
  return Array.isArray(services) ? services.filter(isBag) : []
}

/** The same config with other services; all else comes through as it was. */
export const withServices = (config: MachineConfig, services: Services): MachineConfig => ({
  ...config,
  services,
})

/** What is reachable on a machine, a line for each service: `80, 443 → 3000 (tcp)`. Compared to tell whether two are alike. */
export const exposedOf = (config: MachineConfig): readonly string[] =>
  servicesOf(config)
    .map(({ ports, internalPort, protocol }) => {
      const outside = ports.toSorted((a, b) => a - b).join(', ')
      return `${outside || '–'} → ${internalPort ?? '?'} (${protocol})`
    })
    .toSorted()

/** Whether a release `YYYY.M.D` is `since` (`YYYY.M`) or newer; null for no version or an unknown form. */
export function releasedSince(version: string | null, since: readonly [number, number]) {
  const match = /^v?(\d{4})\.(\d{1,2})\./.exec(version ?? '')
  if (match === null) return null
  const months = (year: number, month: number) => year * 12 + month
  return months(Number(match[1]), Number(match[2])) >= months(...since)
}

/** The release a machine's image is tagged with; null for `latest` and its like. */
export function taggedVersion({ image }: MachineConfig): string | null {
  const tag = typeof image === 'string' ? parseImage(image).tag : null
  return tag !== null && /^v?\d{4}\.\d{1,2}\.\d/.test(tag) ? tag : null
}

const TIMES = { interval: '15s', timeout: '5s', grace_period: '2m0s' }
const WRAPPER_PORT = 3000

/**
 * The services of the guide's fly.toml for a machine that has none to go back to: HTTPS on 443, and 80 that sends there.
 * The check asks a path that this version answers itself: older ones answer every path with their web page (OPENCLAW.md §1), so
 * there, and where the version is unknown, only the port is checked.
 */
export function templateServices(config: MachineConfig, version: string | null): Services {
  return [
    {
      protocol: 'tcp',
      internal_port: servedPort(config),
      autostart: true,
      autostop: 'off',
      min_machines_running: 1,
      ports: [
        { port: 80, handlers: ['http'], force_https: true },
        { port: 443, handlers: ['tls', 'http'] },
      ],
      checks: [healthCheck(config, version)],
    },
  ]
}

/** The port that what comes from outside has to be sent to: the gateway's own, or that of the wrapper before it. */
export function servedPort(config: MachineConfig): number {
  const { layout, port } = locate(config)
  return layout === 'wrapper' ? (digits(envOf(config)['PORT']) ?? WRAPPER_PORT) : port
}

/** The health check of the guide, on a page that this version answers itself, else on the port alone. */
export function healthCheck(config: MachineConfig, version: string | null): Bag {
  const path = locate(config).layout === 'wrapper' ? '/healthz' : pathIn(version)
  return path === null ? { type: 'tcp', ...TIMES } : { type: 'http', method: 'GET', path, ...TIMES }
}

function pathIn(version: string | null): string | null {
  if (releasedSince(version, [2026, 8])) return '/startupz'
  return releasedSince(version, [2026, 3]) ? '/healthz' : null
}

function digits(value: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(value ?? '') ? Number(value) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}
