import { parse } from 'smol-toml'
import { splitLine } from '../../src/core/command-line.ts'

type Bag = Readonly<Record<string, unknown>>

const bag = (value: unknown): Bag =>
  (typeof value === 'object' && value !== null ? value : {}) as Bag
const bags = (value: unknown): readonly Bag[] => (Array.isArray(value) ? value.map(bag) : [])

/** The machine config that a deploy makes of a fly.toml, for its one process group: the other way round from `flyToml`, by Fly's rules. */
export function configFromToml(content: string): Bag {
  // The parser's objects have no prototype.
  const file = bag(structuredClone(parse(content)))
  const line = Object.values(bag(file['processes']))[0]
  const [vm] = bags(file['vm'])
  const [restart] = bags(file['restart'])
  const web = file['http_service']
  return {
    image: bag(file['build'])['image'],
    env: bag(file['env']),
    init: typeof line === 'string' ? { cmd: [...splitLine(line).words] } : {},
    ...(vm && { guest: guestOf(vm) }),
    mounts: bags(file['mounts']).map((one) => ({ name: one['source'], path: one['destination'] })),
    services: web === undefined ? bags(file['services']).map(serviceOf) : [webOf(bag(web))],
    checks: Object.fromEntries(
      Object.entries(bag(file['checks'])).map(([name, one]) => [
        name,
        without(bag(one), 'processes'),
      ]),
    ),
    ...(restart && {
      restart: {
        policy: restart['policy'] === 'never' ? 'no' : restart['policy'],
        max_retries: restart['retries'],
      },
    }),
    stop_config: { signal: file['kill_signal'], timeout: file['kill_timeout'] },
  }
}

const without = (value: Bag, ...names: readonly string[]): Bag =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

function guestOf({ size, memory }: Bag): Bag {
  const [, kind, cpus] = /^(shared|performance)(?:-cpu)?-(\d+)x$/.exec(String(size)) ?? []
  return { cpu_kind: kind, cpus: Number(cpus), memory_mb: Number.parseInt(String(memory), 10) }
}

const routed = (service: Bag): Bag => ({
  internal_port: service['internal_port'],
  autostop: service['auto_stop_machines'],
  autostart: service['auto_start_machines'],
  min_machines_running: service['min_machines_running'],
  concurrency: service['concurrency'],
})

const webOf = (service: Bag): Bag => ({
  ...routed(service),
  protocol: 'tcp',
  ports: [
    { port: 80, handlers: ['http'], force_https: service['force_https'] },
    { port: 443, handlers: ['tls', 'http'] },
  ],
  checks: bags(service['checks']).map((check) => ({ type: 'http', ...check })),
})

const serviceOf = (service: Bag): Bag => ({
  ...routed(service),
  protocol: service['protocol'],
  ports: service['ports'],
  checks: [
    ...bags(service['tcp_checks']).map((check) => ({ type: 'tcp', ...check })),
    ...bags(service['http_checks']).map((check) => ({ type: 'http', ...check })),
  ],
})
