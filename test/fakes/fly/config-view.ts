import type { DeclaredCheck } from './runtime.ts'
import type { FakeMachine, Json } from './types.ts'
import { durationMs, list, number, record, strings, text } from './values.ts'

export interface Guest {
  readonly cpuKind: string
  readonly cpus: number
  readonly memoryMb: number
}

/** The size, from `guest` or from the old `size` word. */
export function guestOf(config: Json): Guest {
  const guest = record(config['guest'])
  const preset = /^(shared|performance)-cpu-(\d+)x$|^(performance)-(\d+)x$/.exec(
    text(config['size']) ?? '',
  )
  const cpuKind = text(guest['cpu_kind']) ?? preset?.[1] ?? preset?.[3] ?? 'shared'
  const cpus = number(guest['cpus']) ?? Number(preset?.[2] ?? preset?.[4] ?? 1)
  const memoryMb = number(guest['memory_mb']) ?? cpus * (cpuKind === 'shared' ? 256 : 2048)
  return { cpuKind, cpus, memoryMb }
}

/** Why Fly would not make a machine of this size, or `null` (FLY.md §6.1). */
export function sizeFault({ cpuKind, cpus, memoryMb }: Guest): string | null {
  const shared = cpuKind === 'shared'
  const legal = shared ? [1, 2, 4, 6, 8] : [1, 2, 4, 6, 8, 10, 12, 14, 16, 32, 64, 128]
  if (!shared && cpuKind !== 'performance') return `invalid config.guest.cpu_kind '${cpuKind}'`
  if (!legal.includes(cpus)) return `invalid config.guest.cpus, ${String(cpus)} is not supported`
  const unit = shared ? 256 : 2048
  const most = cpus * (shared ? 2048 : 8192)
  const field = 'invalid config.guest.memory_mb'
  if (memoryMb < cpus * unit) return `${field}, minimum required ${String(cpus * unit)} MiB`
  if (memoryMb > most) return `${field}, cannot exceed ${String(most)} MiB`
  return memoryMb % unit === 0 ? null : `${field}, must be in a ${String(unit)} MiB increment`
}

export interface Mount {
  readonly volume: string
  readonly path: string
}
export function mountsOf(config: Json): readonly Mount[] {
  return list(config['mounts'])
    .map(record)
    .map((mount) => ({ volume: text(mount['volume']) ?? '', path: text(mount['path']) ?? '/data' }))
    .filter((mount) => mount.volume !== '')
}

/** The program and its arguments; the image's own command when the config names none. */
export function commandOf(config: Json): readonly string[] {
  const init = record(config['init'])
  const exec = strings(init['exec'])
  if (exec.length > 0) return exec
  const cmd = strings(init['cmd'])
  const image = ['node', 'openclaw.mjs', 'gateway']
  return [...strings(init['entrypoint']), ...(cmd.length > 0 ? cmd : image)]
}

/** Every port the machine speaks on: services, checks, `--port`, and OpenClaw's own default. */
export function portsOf(config: Json): readonly number[] {
  const command = commandOf(config)
  const flag = command.findIndex((word) => word === '--port')
  const joined = command.find((word) => word.startsWith('--port='))?.slice(7)
  const services = list(config['services']).map((service) =>
    number(record(service)['internal_port']),
  )
  const wanted = [
    ...services,
    ...checksOf(config).map((check) => check.port),
    Number(flag < 0 ? NaN : command[flag + 1]),
    Number(joined),
    Number(record(config['env'])['OPENCLAW_GATEWAY_PORT']),
    18789,
  ]
  const legal = wanted.filter((port) => port !== undefined && Number.isInteger(port) && port > 0)
  return [...new Set(legal)].map(Number)
}

/** Service checks are called `servicecheck-NN-http-3000`, others by their key. */
export function checksOf(config: Json): readonly DeclaredCheck[] {
  const services = list(config['services']).flatMap((item) => {
    const service = record(item)
    const port = number(service['internal_port']) ?? 0
    return list(service['checks']).map((check) => ({ port, check: record(check) }))
  })
  const ofServices = services.map(({ port, check }, index) => {
    const at = number(check['port']) ?? port
    const type = text(check['type']) ?? 'tcp'
    const name = `servicecheck-${String(index).padStart(2, '0')}-${type}-${String(at)}`
    return declared(name, at, check)
  })
  const named = Object.entries(record(config['checks'])).map(([name, value]) =>
    declared(name, number(record(value)['port']) ?? 0, record(value)),
  )
  return [...ofServices, ...named]
}

function declared(name: string, port: number, check: Json): DeclaredCheck {
  return {
    name,
    port,
    type: text(check['type']) ?? 'tcp',
    path: text(check['path']) ?? '/',
    timeoutMs: durationMs(check['timeout']) ?? 2000,
  }
}

export function restartOf(config: Json): { readonly policy: string; readonly retries: number } {
  const restart = record(config['restart'])
  return {
    policy: text(restart['policy']) ?? 'on-failure',
    retries: number(restart['max_retries']) ?? 10,
  }
}

/** SIGINT and 5 s unless the config or the request says otherwise. */
export function stopOf(config: Json, request: Json = {}): { signal: string; timeoutMs: number } {
  const stop = record(config['stop_config'])
  const timeout = durationMs(request['timeout']) ?? durationMs(stop['timeout']) ?? 5000
  return {
    signal: text(request['signal']) ?? text(stop['signal']) ?? 'SIGINT',
    timeoutMs: Math.min(timeout, 300_000),
  }
}

/** Parts of an image name; Docker Hub's come back under Fly's mirror. */
export function imageRefOf(image: string, digestOf: (image: string) => string): Json {
  const [name = '', pinned] = image.split('@')
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const hub = !first.includes('.') && !first.includes(':')
  const rest = hub ? name : name.slice(slash + 1)
  const colon = rest.lastIndexOf(':')
  return {
    registry: hub || first === 'docker.io' ? 'docker-hub-mirror.fly.io' : first,
    repository: colon < 0 ? rest : rest.slice(0, colon),
    tag: colon < 0 ? 'latest' : rest.slice(colon + 1),
    digest: pinned ?? digestOf(image),
    labels: {},
  }
}

/** Tag of the image a machine runs, or the config's word for it. */
export function tagOf(machine: Pick<FakeMachine, 'config'>): string {
  const image = (text(machine.config['image']) ?? '').split('@')[0] ?? ''
  const colon = image.lastIndexOf(':')
  return colon < 0 || image.includes('/', colon) ? 'latest' : image.slice(colon + 1)
}
