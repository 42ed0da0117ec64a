import type { Path } from './path.ts'

/** What the gateway does with a change: take it over, restart itself, or nothing before its next start. */
export type Reload = 'hot' | 'restart' | 'off'

/** Keys of `gateway` that are taken over while it runs (OPENCLAW.md §7); everything else there makes it restart itself. */
const HOT = [
  ['auth', 'token'],
  ['auth', 'password'],
  ['auth', 'rateLimit'],
  ['trustedProxies'],
  ['controlUi', 'allowedOrigins'],
] as const

/** What to expect of a change at this path. */
export function reloadOf(path: Path, config: unknown): Reload {
  if (modeOf(config) === 'off') return 'off'
  const [top, ...keys] = path
  if (top !== 'gateway') return 'hot'
  return HOT.some((hot) => hot.every((key, index) => keys[index] === key)) ? 'hot' : 'restart'
}

const modeOf = (config: unknown): unknown =>
  member(member(member(config, 'gateway'), 'reload'), 'mode')

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
