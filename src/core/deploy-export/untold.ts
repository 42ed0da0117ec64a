import type { MachineConfig } from '../fly.ts'
import { processGroupOf } from '../machine-config.ts'
import { isBag } from '../services.ts'

/** What a file carries of a config, by field; `true` is all of it. `*` stands for any name, a list is gone through item by item. */
type Carried = true | { readonly [field: string]: Carried }

const TIMES = { interval: true, timeout: true, grace_period: true } as const
const CHECK = { type: true, method: true, path: true, ...TIMES } as const

const CARRIED: Carried = {
  image: true,
  env: true,
  size: true,
  guest: { cpu_kind: true, cpus: true, memory_mb: true },
  init: { cmd: true },
  // The volume is found by its name; its size and encryption are its own.
  mounts: { volume: true, name: true, path: true, size_gb: true, encrypted: true },
  services: {
    protocol: true,
    internal_port: true,
    autostart: true,
    autostop: true,
    min_machines_running: true,
    ports: { port: true, start_port: true, end_port: true, handlers: true, force_https: true },
    checks: CHECK,
    concurrency: { type: true, hard_limit: true, soft_limit: true },
  },
  checks: { '*': { ...CHECK, port: true } },
  restart: { policy: true, max_retries: true },
  stop_config: { signal: true, timeout: true },
}

/** Metadata that Fly's own deploys write, and that of a launch. */
const OWN_METADATA = /^(?:fly_|openclaw_ops_)/

/** Paths of everything in a config that a fly.toml made of it does not say: what a deploy with it would not bring back. */
export function untoldIn(config: MachineConfig): readonly string[] {
  const { metadata, ...rest } = config
  const named = isBag(metadata) ? Object.keys(metadata) : []
  return [
    ...untold(rest, CARRIED, ''),
    ...named.filter((name) => !OWN_METADATA.test(name)).map((name) => `metadata.${name}`),
    ...oddChecks(config),
  ]
}

function untold(value: unknown, carried: Carried | undefined, path: string): readonly string[] {
  if (carried === true || isNothing(value)) return []
  if (carried === undefined) return [path]
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => untold(item, carried, `${path}[${index}]`))
  if (!isBag(value)) return [path]
  return Object.entries(value).flatMap(([field, inner]) => {
    const known = Object.hasOwn(carried, field) ? carried[field] : carried['*']
    return untold(inner, known, path === '' ? field : `${path}.${field}`)
  })
}

/** What Fly fills in and leaves out at will. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (isBag(value) && Object.values(value).every(isNothing))

/** A check of a service is by TCP or HTTP in the file; no other kind has a place there. */
function oddChecks(config: MachineConfig): readonly string[] {
  const services: readonly unknown[] = Array.isArray(config['services']) ? config['services'] : []
  return services.flatMap((service, index) => {
    const checks: unknown = isBag(service) ? service['checks'] : undefined
    const all: readonly unknown[] = Array.isArray(checks) ? checks : []
    return all.flatMap((check, nth) =>
      isBag(check) && check['type'] !== 'http' && check['type'] !== 'tcp'
        ? [`services[${index}].checks[${nth}].type`]
        : [],
    )
  })
}

/** Groups of an app that a file of one of them leaves out: a deploy with it removes their machines. */
export const otherGroups = (
  group: string,
  configs: ReadonlyArray<MachineConfig | null>,
): readonly string[] =>
  [...new Set(configs.flatMap((config) => (config === null ? [] : processGroupOf(config))))].filter(
    (name) => name !== group,
  )
