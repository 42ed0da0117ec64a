import type { Guest, MachineConfig } from './fly.ts'

/** A volume in the machine's file system. */
export interface Mount {
  readonly volume: string | null
  readonly name: string | null
  readonly path: string
}
/** A port that Fly's proxy may route to. */
export interface Service {
  readonly internalPort: number | null
  readonly protocol: string
  readonly ports: readonly number[]
  /** `off`, `stop` or `suspend`. */
  readonly autostop: string
  readonly autostart: boolean
  readonly minMachinesRunning: number
}
export interface ImageRef {
  readonly registry: string
  readonly repository: string
  readonly tag: string | null
  readonly digest: string | null
}

type Bag = Readonly<Record<string, unknown>>

const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const bag = (value: unknown): Bag => (isBag(value) ? value : {})
const bags = (value: unknown): readonly Bag[] => (Array.isArray(value) ? value.filter(isBag) : [])
const word = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null
const positive = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

/** The machine's size; `null` when the config names none or a kind that is neither shared nor performance. */
export function guestOf(config: MachineConfig): Guest | null {
  const guest = bag(config['guest'])
  const cpus = positive(guest['cpus'])
  const memoryMb = positive(guest['memory_mb'])
  const preset = presetOf(word(config['size']))
  // Fly answers an empty kind for a guest that was made without one, which is a shared one.
  const cpuKind = guest['cpu_kind'] === '' ? 'shared' : (guest['cpu_kind'] ?? preset?.cpuKind)
  if (cpuKind !== 'shared' && cpuKind !== 'performance') return preset
  if (cpus === null || memoryMb === null) return preset
  return { cpuKind, cpus, memoryMb }
}

/** `shared-cpu-2x`: the deprecated short form, with the least memory of its class (FLY.md §6.1). */
function presetOf(size: string | null): Guest | null {
  const match = /^(?:(shared)-cpu|(performance))-(\d{1,3})x$/.exec(size ?? '')
  if (match === null) return null
  const cpus = Number(match[3])
  return match[1] === undefined
    ? { cpuKind: 'performance', cpus, memoryMb: 2048 * cpus }
    : { cpuKind: 'shared', cpus, memoryMb: 256 * cpus }
}

/** Volumes in the file system, in the config's order. */
export function mountsOf(config: MachineConfig): readonly Mount[] {
  return bags(config['mounts']).flatMap((mount) => {
    const path = word(mount['path'])
    return path === null ? [] : [{ volume: word(mount['volume']), name: word(mount['name']), path }]
  })
}

/** The environment as configured; secrets are not in it. */
export function envOf(config: MachineConfig): Readonly<Record<string, string>> {
  const pairs = Object.entries(bag(config['env']))
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

/** The command that replaces the image's; empty when the image's own runs. */
export const commandOf = (config: MachineConfig): readonly string[] =>
  strings(bag(config['init'])['cmd'])

/** What Fly's proxy may route to; an empty list is a machine without public or Flycast ports. */
export function servicesOf(config: MachineConfig): readonly Service[] {
  return bags(config['services']).map((service) => ({
    internalPort: positive(service['internal_port']),
    protocol: word(service['protocol']) ?? 'tcp',
    ports: bags(service['ports']).flatMap((port) => positive(port['port']) ?? []),
    autostop: autostopOf(service['autostop']),
    autostart: service['autostart'] === true,
    minMachinesRunning: positive(service['min_machines_running']) ?? 0,
  }))
}

// Answers hold booleans or words for the same setting (FLY.md §3.8).
function autostopOf(value: unknown): string {
  if (value === true) return 'stop'
  return word(value) ?? 'off'
}

/** The process group a deploy put the machine in; `app` when none is named. */
export const processGroupOf = (config: MachineConfig): string =>
  word(bag(config['metadata'])['fly_process_group']) ??
  word(bag(config['env'])['FLY_PROCESS_GROUP']) ??
  'app'

/** The parts of an image's name; without a registry it is Docker Hub's, as container tools have it. */
export function parseImage(image: string): ImageRef {
  const [name = '', digest] = image.split('@')
  const colon = name.lastIndexOf(':')
  const tagged = colon > name.lastIndexOf('/')
  const path = tagged ? name.slice(0, colon) : name
  const first = path.split('/')[0] ?? ''
  const hosted = path.includes('/') && /[.:]|^localhost$/.test(first)
  return {
    registry: hosted ? first : 'docker.io',
    repository: hosted ? path.slice(first.length + 1) : path,
    tag: tagged ? name.slice(colon + 1) : null,
    digest: digest ?? null,
  }
}
