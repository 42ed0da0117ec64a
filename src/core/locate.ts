import type { MachineConfig } from './fly.ts'
import type { Layout } from './gateway.ts'

/** What the operator set because detection was wrong (`OPENCLAW_GATEWAY_PORT`, `OPENCLAW_STATE_DIR`). */
export interface Overrides {
  readonly port?: number
  readonly stateDir?: string
}

/** Where the gateway of a machine is to be found. */
export interface Location {
  readonly layout: Layout
  readonly port: number
  readonly stateDir: string
  /** The state directory lies on one of the machine's mounts; taken from the config, which is what Fly mounts by. */
  readonly stateOnVolume: boolean
}

const WRAPPED_PORT = 18_789
const DIRECT_PORT = 3000
const PORT_VARIABLES = ['OPENCLAW_GATEWAY_PORT', 'MOLTBOT_GATEWAY_PORT', 'CLAWDBOT_GATEWAY_PORT']
/** The later names win; the older ones are those of the program's former names, which it still reads. */
const STATE_VARIABLES = ['OPENCLAW_STATE_DIR', 'MOLTBOT_STATE_DIR', 'CLAWDBOT_STATE_DIR']

type Env = Readonly<Record<string, string>>

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function envOf(config: MachineConfig): Env {
  const env = config['env']
  const pairs = Object.entries(isObject(env) ? env : {})
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value).trim()]))
}

/** The words of every way a machine's config can name what it runs. */
function wordsOf(config: MachineConfig): readonly string[] {
  const init = config['init']
  if (!isObject(init)) return []
  return ['cmd', 'exec', 'entrypoint'].flatMap((key) => list(init[key]).map(String))
}

const first = (env: Env, names: readonly string[]): string | undefined =>
  names.map((name) => env[name]).find((value) => value !== undefined && value !== '')

/** A TCP port, or nothing. */
function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value
  const fits = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535
  return fits ? port : undefined
}

/** `--port 3000` or `--port=3000`, also inside one word of a shell line. */
function portFlag(words: readonly string[]): number | undefined {
  const match = /(?:^|\s)--port(?:\s+|=)(\d{1,5})(?=\s|$)/.exec(words.join(' '))
  return match === null ? undefined : portOf(match[1])
}

/**
 * The wrapper of Fly's deploy package listens on 3000 and starts the gateway itself on 18789. It shows in its variables,
 * or in a command that runs a server and no gateway.
 */
function isWrapper(env: Env, words: readonly string[]): boolean {
  if ('SETUP_PASSWORD' in env || 'INTERNAL_GATEWAY_PORT' in env) return true
  const line = words.join(' ')
  return (
    !/(?:^|\s)gateway(?:\s|$)/.test(line) &&
    /\bwrapper\b|(?:^|[\s/])server\.[cm]?[jt]s\b/.test(line)
  )
}

const servicePort = (config: MachineConfig): number | undefined =>
  list(config['services'])
    .map((service) => (isObject(service) ? portOf(service['internal_port']) : undefined))
    .find((port) => port !== undefined)

const mountsOf = (config: MachineConfig): readonly string[] =>
  list(config['mounts'])
    .map((mount) => (isObject(mount) ? mount['path'] : undefined))
    .filter((path) => typeof path === 'string')
    .filter((path) => path.startsWith('/'))

const tidy = (path: string) => (path.length > 1 ? path.replace(/\/+$/, '') : path)
const lies = (path: string, inside: string) =>
  path === tidy(inside) || path.startsWith(`${tidy(inside)}/`)

/** The state directory that a config names, by a present or former variable, and which; nothing where the image decides. */
export function namedState(config: MachineConfig) {
  const env = envOf(config)
  const variable = STATE_VARIABLES.find((name) => env[name] !== undefined && env[name] !== '')
  return variable === undefined ? undefined : { variable, dir: env[variable] ?? '' }
}

/** Whether a directory lies on one of the machine's mounts. */
export const isOnVolume = (config: MachineConfig, dir: string): boolean =>
  mountsOf(config).some((mount) => lies(tidy(dir), mount))

/**
 * Finds port, state directory and layout from a machine's own config. Port: override, variable, flag, wrapper, service,
 * 3000. State: override, variable, `/data` when something is mounted there, else the image's home.
 */
export function locate(config: MachineConfig, overrides: Overrides = {}): Location {
  const env = envOf(config)
  const words = wordsOf(config)
  const mounts = mountsOf(config)
  const wrapped = isWrapper(env, words)
  const port =
    overrides.port ??
    portOf(first(env, PORT_VARIABLES)) ??
    portFlag(words) ??
    (wrapped ? (portOf(env['INTERNAL_GATEWAY_PORT']) ?? WRAPPED_PORT) : undefined) ??
    servicePort(config) ??
    DIRECT_PORT
  const usual = mounts.some((path) => tidy(path) === '/data') ? '/data' : '/home/node/.openclaw'
  const stateDir = tidy(overrides.stateDir ?? namedState(config)?.dir ?? usual)
  return {
    layout: wrapped ? 'wrapper' : 'direct',
    port,
    stateDir,
    stateOnVolume: isOnVolume(config, stateDir),
  }
}
