import { closest } from '../core/nearest.ts'
import { Secret } from '../core/secret.ts'
import { type Locale, tr, type Text } from '../core/text.ts'
import { toConfig, type Config } from './config.ts'
import type { Given, Problem } from './problem.ts'
import { brokenRules, type Mode, type Role } from './rules.ts'
import { aboutVariable, environment, variables, type Variable } from './schema.ts'

export type Loaded =
  | {
      readonly ok: true
      readonly config: Config
      /** Every secret that was set, also those this role does not use, so that logs can leave them out. */
      readonly secrets: readonly Secret[]
    }
  | {
      readonly ok: false
      readonly problems: readonly Problem[]
      /** The language to say them in. */
      readonly locale: Locale
      readonly secrets: readonly Secret[]
    }

/** What a role must not hold, even when it is set: it is neither checked nor kept. */
const NOT_FOR: Readonly<Record<Role, readonly Variable[]>> = {
  all: [],
  bot: ['FLY_API_TOKEN', 'FLY_READ_TOKEN', 'FLY_NATS_URL'],
  worker: [
    'DISCORD_BOT_TOKEN',
    'DISCORD_PUBLIC_KEY',
    'TELEGRAM_BOT_TOKEN',
    'TELEGRAM_WEBHOOK_SECRET',
  ],
}

/** Reads the environment once: a frozen configuration, or everything that is wrong with it. */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly mode?: Mode } = {},
): Loaded {
  const all = givenIn(env)
  const role = environment.shape.OPS_ROLE.safeParse(all.OPS_ROLE).data ?? 'all'
  const given = omit(all, NOT_FOR[role])
  const selfOnly = environment.shape.OPS_SELF_ONLY.safeParse(all.OPS_SELF_ONLY).data ?? false
  const mode = options.mode ?? 'start'
  const parsed = environment.safeParse(given)
  const problems = [
    ...(parsed.error?.issues ?? []).map(toProblem),
    ...brokenRules({ given, role, mode, selfOnly }),
    ...unknownIn(env),
  ]
  const secrets = secretsIn(all)
  const locale = environment.shape.OPS_LOCALE.safeParse(all.OPS_LOCALE).data ?? 'en'
  if (!parsed.success || problems.length > 0) return { ok: false, problems, locale, secrets }
  return { ok: true, config: deepFreeze(toConfig(parsed.data)), secrets }
}

// Blanks around a value come from files and shells; a variable set to nothing is as good as not set.
function givenIn(env: Readonly<Record<string, string | undefined>>): Given {
  const pairs = variables.map(([name]) => [name, env[name]?.trim()] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined && value !== ''))
}

const omit = (given: Given, names: readonly Variable[]): Given =>
  Object.fromEntries(
    Object.entries(given).filter(([name]) => !names.some((other) => other === name)),
  )

function toProblem(issue: {
  readonly path: readonly PropertyKey[]
  readonly params?: unknown
}): Problem {
  const variable = String(issue.path[0])
  return {
    variable,
    problem: textOf(issue.params) ?? tr('is not valid', '無效'),
    fix: aboutVariable(variable)?.fix ?? '',
  }
}

const textOf = (params: unknown): Text | undefined =>
  typeof params === 'object' && params !== null && 'text' in params
    ? (params.text as Text)
    : undefined

function unknownIn(env: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  return Object.entries(env)
    .filter(
      ([name, value]) => name.startsWith('OPS_') && value && aboutVariable(name) === undefined,
    )
    .map(([name]) => ({
      variable: name,
      problem: tr('is not known', '不是已知的變數'),
      fix: suggestion(name),
    }))
}

function suggestion(name: string): Text {
  const own = variables.map(([known]) => known).filter((known) => known.startsWith('OPS_'))
  const meant = closest(
    name,
    own.map((known) => known.toLowerCase()),
  )?.word.toUpperCase()
  return tr(`Did you mean ${meant}? If not, remove it.`, `您是指 ${meant} 嗎？若不是，請移除它。`)
}

function secretsIn(given: Given): readonly Secret[] {
  const parts = variables
    .filter(([, about]) => about.secret)
    .flatMap(([name]) => secretParts(name, given[name] ?? ''))
  return [...new Set(parts)].filter((part) => part !== '').map((part) => new Secret(part))
}

// The words of a list are secrets of their own, and so is the password in an address.
function secretParts(name: Variable, value: string): readonly string[] {
  if (name === 'REDIS_URL') return [value, decodeSafely(URL.parse(value)?.password ?? '')]
  const words = value.split(/[\s,]+/)
  return [value, ...words, ...words.map((word) => word.slice(word.indexOf(':') + 1))]
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
