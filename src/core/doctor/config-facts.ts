import type { ConfigRead, ConfigUnread } from '../config/read.ts'
import { tr } from '../text.ts'
import { type ConfigFacts, type Part, without, withPart } from './seen.ts'

/** What the checks need of a config that was read; all of it was masked inside the machine. */
export function configFacts(read: ConfigRead | ConfigUnread): Part<ConfigFacts> {
  if (!read.ok && read.trouble !== 'missing') return without(read.reason)
  if (!read.ok)
    // None at all means defaults, which trust no proxy.
    return withPart({ problem: null, trustedProxies: [] })
  const wrong = read.problems.find(({ severity }) => severity === 'error')
  const { value } = read
  return withPart({
    problem:
      wrong === undefined
        ? null
        : {
            what: wrong.what,
            at: tr(
              `${read.path}:${wrong.line} ${wrong.path}`.trim(),
              `${read.path}:${wrong.line} ${wrong.path}`.trim(),
            ),
          },
    trustedProxies: value === undefined ? null : wordsAt(value, ['gateway', 'trustedProxies']),
  })
}

function wordsAt(value: unknown, path: readonly string[]): ConfigFacts['trustedProxies'] {
  const found = path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
        ? (inside as Readonly<Record<string, unknown>>)[key]
        : undefined,
    value,
  )
  return Array.isArray(found) ? found.map(String) : []
}
