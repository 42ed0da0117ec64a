import { readFileSync } from 'node:fs'
import JSON5 from 'json5'

export type Config = Readonly<Record<string, unknown>>
export type Loaded =
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid'; readonly path: string; readonly message: string }
  | { readonly kind: 'valid'; readonly config: Config; readonly raw: string }

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What lies at a dotted path, or undefined. */
export const at = (config: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), config)

const TOP = new Set(
  (
    '$schema meta env wizard diagnostics logging update browser ui auth models nodeHost agents tools bindings broadcast audio ' +
    'media messages commands approvals session cron hooks web channels discovery talk gateway memory skills plugins secrets'
  ).split(' '),
)
const GATEWAY = new Set(
  (
    'port mode bind customBindHost controlUi auth tailscale remote reload tls http nodes trustedProxies allowRealIpFallback ' +
    'tools push channelHealthCheckMinutes'
  ).split(' '),
)

/** The first thing the strict schema refuses, or nothing. Only the keys that tests and guides touch are known in depth. */
function fault(
  config: Config,
  strictChannels: boolean,
): [path: string, message: string] | undefined {
  const unknown = Object.keys(config).find((key) => !TOP.has(key))
  if (unknown !== undefined) return ['<root>', `Unrecognized key: "${unknown}"`]
  const gateway = config['gateway']
  const stray = isObject(gateway)
    ? Object.keys(gateway).find((key) => !GATEWAY.has(key))
    : undefined
  if (stray !== undefined) return ['gateway', `Unrecognized key: "${stray}"`]
  return strictChannels ? oldChannelKey(config) : undefined
}

function oldChannelKey(config: Config): [path: string, message: string] | undefined {
  const guilds = at(config, 'channels.discord.guilds')
  for (const [guild, block] of Object.entries(isObject(guilds) ? guilds : {})) {
    const channels = at(block, 'channels')
    const found = Object.entries(isObject(channels) ? channels : {}).find(
      ([, one]) => isObject(one) && 'allow' in one,
    )
    if (found !== undefined)
      return [
        `channels.discord.guilds.${guild}.channels.${found[0]}`,
        'invalid config: must not have additional properties: "allow"',
      ]
  }
  return undefined
}

/** Reads and validates the file as the gateway would; never throws. */
export function load(path: string, strictChannels: boolean): Loaded {
  let raw: string
  try {
    raw = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { kind: 'missing' }
    return { kind: 'invalid', path: '<root>', message: `read failed: ${String(error)}` }
  }
  let parsed: unknown
  try {
    parsed = JSON5.parse(raw)
  } catch (error) {
    return { kind: 'invalid', path: '<root>', message: `JSON5 parse failed: ${String(error)}` }
  }
  if (!isObject(parsed)) return { kind: 'invalid', path: '<root>', message: 'expected object' }
  const wrong = fault(parsed, strictChannels)
  if (wrong !== undefined) return { kind: 'invalid', path: wrong[0], message: wrong[1] }
  return { kind: 'valid', config: parsed, raw }
}

/** Paths whose value differs, at most three keys deep, as the reload lines name them. */
export function changes(before: unknown, after: unknown, path: readonly string[] = []): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const old = isObject(before) ? before : {}
  const now = isObject(after) ? after : {}
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  const nested = isObject(before ?? {}) && isObject(after ?? {}) && keys.length > 0
  if (!nested || path.length === 3) return [path.join('.')]
  return keys.flatMap((key) => changes(old[key], now[key], [...path, key]))
}
