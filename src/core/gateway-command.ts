import type { MachineConfig } from './fly.ts'
import { locate } from './locate.ts'
import { commandOf, envOf, servicesOf } from './machine-config.ts'

/** What OpenClaw itself takes where nothing names a port (OPENCLAW.md §8). */
const OWN_PORT = 18_789
const USUAL = ['node', 'dist/index.js', 'gateway', '--allow-unconfigured']
export const BINDS: ReadonlySet<string> = new Set(['loopback', 'lan', 'tailnet', 'auto', 'custom'])

/** The words with those of a shell line among them, as in `sh -c "node … gateway"`. */
export const flat = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '')

/** The value of `--name value` or `--name=value`; the last one counts, null where it has none. */
export function flagOf(words: readonly string[], name: string): string | null {
  const all = flat(words)
  const values = all.flatMap((word, index) => {
    if (word.startsWith(`${name}=`)) return [word.slice(name.length + 1)]
    return word === name ? [all[index + 1] ?? ''] : []
  })
  return values.at(-1) ?? null
}

/** Where this command's gateway would listen: flag, variable, its own default. */
export function portOf(words: readonly string[], config: MachineConfig): number {
  const named = flagOf(words, '--port') ?? envOf(config)['OPENCLAW_GATEWAY_PORT'] ?? ''
  return /^\d{1,5}$/.test(named) ? Number(named) : OWN_PORT
}

export const runsGateway = (words: readonly string[]): boolean => flat(words).includes('gateway')

/** What the guide would have this machine run; null where a wrapper starts the gateway itself. */
export function recommended(config: MachineConfig): readonly string[] | null {
  if (locate(config).layout === 'wrapper') return null
  const present = commandOf(config)
  const base = present.includes('gateway') ? present : USUAL
  const routed = servicesOf(config).find(({ internalPort }) => internalPort !== null)
  const port = routed?.internalPort ?? locate(config).port
  const ported = withFlag(base, '--port', String(port))
  const bind = flagOf(base, '--bind')
  const lan = bind === null || bind === 'loopback' || !BINDS.has(bind)
  return lan ? withFlag(ported, '--bind', 'lan') : ported
}

/** The words with this flag once, where it stood or at the end. */
function withFlag(words: readonly string[], name: string, value: string): readonly string[] {
  if (flagOf(words, name) === value) return words
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`))
  const rest = words.filter(
    (word, index) => word !== name && !word.startsWith(`${name}=`) && words[index - 1] !== name,
  )
  const place = at === -1 ? rest.length : Math.min(at, rest.length)
  return [...rest.slice(0, place), name, value, ...rest.slice(place)]
}

const SECRET = /^--(?:[\w-]*-)?(?:token|password|secret|key)$/i

/** Flags that carry a secret, by name; their values must not be shown. */
export const secretFlags = (words: readonly string[]): readonly string[] =>
  flat(words).flatMap((word) => {
    const name = word.split('=')[0] ?? ''
    return SECRET.test(name) ? [name] : []
  })

/** The words as they may be shown: what follows a secret flag is hidden. */
export function masked(words: readonly string[]): readonly string[] {
  const hidden = words.map((word) =>
    word.replaceAll(/(--[\w-]*(?:token|password|secret|key))(=|\s+)\S+/gi, '$1$2***'),
  )
  return hidden.map((word, index) => (SECRET.test(words[index - 1] ?? '') ? '***' : word))
}
