import { joinLine } from './command-line.ts'
import type { MachineConfig } from './fly.ts'
import { serviceTables, time } from './fly-toml-services.ts'
import { commandOf, envOf, guestOf, mountsOf, processGroupOf } from './machine-config.ts'
import { isBag, rawServices } from './services.ts'
import { sizeName } from './sizes.ts'
import { type TomlTable, type TomlValue, writeToml } from './toml.ts'

export interface FlyTomlOf {
  readonly app: string
  readonly region: string
  /** Of the machine that runs the gateway. */
  readonly config: MachineConfig
}

type Bag = Readonly<Record<string, unknown>>
const bag = (value: unknown): Bag => (isBag(value) ? value : {})
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Names whose values do not belong into a file that is handed around, and values that carry a password. */
const SECRET_NAME = /token|secret|pass|key|auth|credential|cookie|dsn|private/i
const SECRET_VALUE = /\/\/[^/\s@]+@|^(?:sk|xox|ghp|fm[12])[-_]/i
const SECRET_FLAG = /--(?:token|password|auth[\w-]*)\b/i

/**
 * The parts of a fly.toml that reproduce a machine as it runs now, so that the next deploy does not undo what was done to it. What
 * looks secret is left out and named, for the file is shown in chat; what has no place in the file is named too.
 */
export function flyToml({ app, region, config }: FlyTomlOf): string {
  const group = processGroupOf(config)
  const routed = rawServices(config).length > 0
  const head = [
    `Written from the running machine of ${app}. Compare before you deploy with it:`,
    `  fly deploy -c ${routed ? 'fly.toml' : 'fly.private.toml'}`,
    ...(routed
      ? []
      : ['It has no [http_service], so that a deploy does not allocate public addresses.']),
  ]
  const tables: readonly TomlTable[] = [
    envTable(config),
    processTable(group, config),
    ...serviceTables(config, group),
    ...checkTables(config, group),
    ...vmTables(config, group),
    ...mountTables(config, group),
    ...restartTables(config, group),
  ]
  const top: Entries = [['app', app], ['primary_region', region], ...stopOf(config)]
  return writeToml([
    { path: [], comments: head, entries: top },
    one('build', [['image', word(config['image'])]]),
    ...tables.filter(({ entries, comments }) => comments !== undefined || entries.length > 0),
  ])
}

type Entries = TomlTable['entries']
const one = (name: string, entries: Entries): TomlTable => ({ path: [name], entries })

function stopOf(config: MachineConfig): Entries {
  const { signal, timeout } = bag(config['stop_config'])
  return [
    ['kill_signal', word(signal)],
    ['kill_timeout', time(timeout)],
  ]
}

/** Fly sets these itself on every deploy. */
const OWN = new Set(['PRIMARY_REGION', 'FLY_PROCESS_GROUP'])

function envTable(config: MachineConfig): TomlTable {
  const all = Object.entries(envOf(config)).filter(([name]) => !OWN.has(name))
  const secret = ([name, value]: readonly [string, string]) =>
    SECRET_NAME.test(name) || SECRET_VALUE.test(value)
  const hidden = all.filter(secret).map(([name]) => name)
  const comments = hidden.map(
    (name) => `${name} is left out; keep it with: fly secrets set ${name}=…`,
  )
  const entries = all.filter((pair) => !secret(pair))
  return { path: ['env'], entries, ...(comments.length > 0 && { comments }) }
}

function processTable(group: string, config: MachineConfig): TomlTable {
  const words = commandOf(config)
  const line = joinLine(words)
  if (SECRET_FLAG.test(line))
    return {
      ...one('processes', []),
      comments: ['The command is left out: it carries a token or password.'],
    }
  // A group is one only when it is named here; without a line it runs the image's own command.
  return one('processes', words.length === 0 && group === 'app' ? [] : [[group, line]])
}

/** Checks that belong to no service; they stay when the services go. */
const checkTables = (config: MachineConfig, group: string): readonly TomlTable[] =>
  Object.entries(bag(config['checks'])).map(([name, value]) => {
    const { type, port, path, method, interval, timeout, grace_period: grace } = bag(value)
    return {
      path: ['checks', name],
      entries: [
        ['type', word(type)],
        ['port', typeof port === 'number' ? port : undefined],
        ['method', word(method)?.toLowerCase()],
        ['path', word(path)],
        ['interval', time(interval)],
        ['timeout', time(timeout)],
        ['grace_period', time(grace)],
        ['processes', [group]],
      ],
    }
  })

function vmTables(config: MachineConfig, group: string): readonly TomlTable[] {
  const guest = guestOf(config)
  if (guest === null) return []
  const entries: Entries = [
    ['size', sizeName(guest)],
    ['memory', `${guest.memoryMb}mb`],
    ['processes', [group]],
  ]
  return [{ path: ['vm'], many: true, entries }]
}

const mountTables = (config: MachineConfig, group: string): readonly TomlTable[] =>
  mountsOf(config).map(({ name, path }) => ({
    path: ['mounts'],
    many: true,
    entries: [
      ['source', name ?? undefined],
      ['destination', path],
      ['processes', [group] satisfies TomlValue],
    ],
  }))

function restartTables(config: MachineConfig, group: string): readonly TomlTable[] {
  const { policy, max_retries: retries } = bag(config['restart'])
  // Fly answers `no` where the file says `never`.
  const named = word(policy) === 'no' ? 'never' : word(policy)
  if (named === undefined) return []
  const entries: Entries = [
    ['policy', named],
    ['retries', typeof retries === 'number' ? retries : undefined],
    ['processes', [group]],
  ]
  return [{ path: ['restart'], many: true, entries }]
}
