import { durationMs, goDuration } from './go-duration.ts'
import type { MachineConfig } from './fly.ts'
import { servicesOf } from './machine-config.ts'
import { isBag, rawServices } from './services.ts'
import type { TomlTable, TomlValue } from './toml.ts'

type Bag = Readonly<Record<string, unknown>>
type Entries = TomlTable['entries']

const bags = (value: unknown): readonly Bag[] => (Array.isArray(value) ? value.filter(isBag) : [])
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
const some = (all: readonly string[]) => (all.length > 0 ? all : undefined)
const yes = (value: unknown): true | undefined => (value === true ? true : undefined)

/** Fields of a service that the file has words for; others are named in a comment. */
const KNOWN = new Set([
  'protocol',
  'internal_port',
  'autostart',
  'autostop',
  'min_machines_running',
  'ports',
  'checks',
  'concurrency',
])

/** `[http_service]` for one service of the usual web shape, `[[services]]` for everything else. */
export function serviceTables(config: MachineConfig, group: string): readonly TomlTable[] {
  const raw = rawServices(config)
  const [first] = raw
  const web = raw.length === 1 && first !== undefined && isWeb(first)
  const name = web ? 'http_service' : 'services'
  return raw.flatMap((service, index) => [
    serviceTable(service, { name, web, group, config, index }),
    ...concurrency(service, name),
    ...(web ? [] : portTables(service)),
    ...bags(service['checks']).map((check) => checkTable(check, web)),
  ])
}

/** What `[http_service]` stands for: 443 with TLS, 80 in the clear, which alone may send on to the other, checks by HTTP. */
function isWeb({ protocol, ports, checks }: Bag): boolean {
  const shown = bags(ports).map(({ port, handlers, force_https: force }) =>
    [
      port,
      ...strings(handlers).toSorted(),
      ...(port !== 80 && force === true ? ['force'] : []),
    ].join(),
  )
  const usual = shown.toSorted().join(' ') === '443,http,tls 80,http'
  return usual && (protocol ?? 'tcp') === 'tcp' && bags(checks).every(({ type }) => type === 'http')
}

interface Place {
  readonly name: string
  readonly web: boolean
  readonly group: string
  readonly config: MachineConfig
  readonly index: number
}

function serviceTable(service: Bag, { name, web, group, config, index }: Place): TomlTable {
  const read = servicesOf(config)[index]
  const forced = bags(service['ports']).some((port) => port['force_https'] === true)
  const unknown = Object.keys(service).filter((field) => !KNOWN.has(field))
  const entries: Entries = [
    ...(web ? [] : [['protocol', read?.protocol ?? 'tcp'] as const]),
    ['internal_port', read?.internalPort ?? undefined],
    ...(web ? [['force_https', forced] as const] : []),
    ['auto_stop_machines', read?.autostop],
    ['auto_start_machines', read?.autostart],
    ['min_machines_running', read?.minMachinesRunning],
    ['processes', [group] satisfies TomlValue],
  ]
  const comments = unknown.map((field) => `${field} of this service is not carried over.`)
  return { path: [name], many: !web, entries, ...(comments.length > 0 && { comments }) }
}

function concurrency(service: Bag, name: string): readonly TomlTable[] {
  const limits = service['concurrency']
  if (!isBag(limits)) return []
  const entries: Entries = [
    ['type', word(limits['type'])],
    ['hard_limit', number(limits['hard_limit'])],
    ['soft_limit', number(limits['soft_limit'])],
  ]
  return [{ path: [name, 'concurrency'], entries }]
}

const portTables = (service: Bag): readonly TomlTable[] =>
  bags(service['ports']).map((port) => ({
    path: ['services', 'ports'],
    many: true,
    entries: [
      ['port', number(port['port'])],
      ['start_port', number(port['start_port'])],
      ['end_port', number(port['end_port'])],
      ['handlers', some(strings(port['handlers']))],
      ['force_https', yes(port['force_https'])],
    ],
  }))

/** Headers are left out: they may be secret. */
function checkTable(check: Bag, web: boolean): TomlTable {
  const http = check['type'] === 'http'
  const path = web ? ['http_service', 'checks'] : ['services', http ? 'http_checks' : 'tcp_checks']
  const headers = check['headers'] !== undefined && check['headers'] !== null
  const entries: Entries = [
    ...(http
      ? [
          ['method', word(check['method'])?.toLowerCase()] as const,
          ['path', word(check['path'])] as const,
        ]
      : []),
    ['interval', time(check['interval'])],
    ['timeout', time(check['timeout'])],
    ['grace_period', time(check['grace_period'])],
  ]
  const comments = headers ? ['Headers of this check are left out.'] : undefined
  return { path, many: true, entries, ...(comments && { comments }) }
}

/** A duration as the file has it, whatever form Fly gave. */
export function time(value: unknown): string | undefined {
  const ms = durationMs(value)
  return ms === undefined ? undefined : goDuration(ms)
}
