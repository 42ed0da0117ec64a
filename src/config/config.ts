import type { Pattern } from '../core/logs/patterns.ts'
import type { Secret } from '../core/secret.ts'
import type { Locale } from '../core/text.ts'
import type { RedisTarget } from './forms.ts'
import type { HookKeys } from './hook-keys.ts'
import type { LOG_LEVELS } from './own-variables.ts'
import type { Role } from './rules.ts'
import type { Environment } from './schema.ts'

/** Everything that was configured, checked and frozen. A half that this role has no business with is not in it. */
export interface Config {
  readonly role: Role
  /** At least one; the first is the default. */
  readonly apps: readonly string[]
  /** `discord:<id>`, `telegram:<id>`. */
  readonly owners: readonly string[]
  readonly stateDir: string
  /** 64 hex digits; left out, the embedded engine keeps a generated one in `stateDir`. */
  readonly secretKey: Secret | undefined
  readonly locale: Locale
  /** What else is taken out of the logs that are shown. */
  readonly redact: readonly Pattern[]
  /** How long entries of the audit are kept, in days. */
  readonly auditDays: number
  /** Left out, the embedded engine is used. */
  readonly redis: RedisTarget | undefined
  readonly http: { readonly host: string; readonly port: number }
  readonly publicUrl: string | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly hookKeys: HookKeys
  /** Called while all is well. */
  readonly heartbeatUrl: Secret | undefined
  readonly register: boolean
  readonly discord: DiscordConfig | undefined
  readonly telegram: TelegramConfig | undefined
  /** Never in a `bot`. */
  readonly fly: FlyConfig | undefined
  /** What overrides the detection of a gateway’s layout. */
  readonly gateway: { readonly port: number | undefined; readonly stateDir: string | undefined }
  /** The machine this process runs on, inside Fly. */
  readonly self: SelfConfig | undefined
}
export interface DiscordConfig {
  readonly token: Secret
  readonly apiUrl: string
  /** Set: interactions come signed over HTTP instead of the gateway. */
  readonly publicKey: string | undefined
}
export interface TelegramConfig {
  readonly token: Secret
  readonly apiUrl: string
  /** Set: updates come by webhook instead of long polling. */
  readonly webhookSecret: Secret | undefined
}
export interface FlyConfig {
  readonly token: Secret
  readonly readToken: Secret
  readonly apiUrl: string
  readonly platformUrl: string
  readonly natsUrl: string | undefined
  readonly org: string | undefined
}
export interface SelfConfig {
  readonly app: string
  readonly machine: string | undefined
  readonly region: string | undefined
}

/** Turns checked variables into the configuration of a role. */
export const toConfig = (env: Environment): Config => ({
  role: env.OPS_ROLE,
  apps: env.OPS_APPS ?? [env.FLY_APP_NAME ?? ''].filter((name) => name !== ''),
  owners: env.OPS_OWNERS ?? [],
  stateDir: env.OPS_STATE_DIR,
  secretKey: env.OPS_SECRET_KEY,
  locale: env.OPS_LOCALE,
  redact: env.OPS_REDACT ?? [],
  auditDays: env.OPS_AUDIT_DAYS,
  redis: env.REDIS_URL,
  http: { host: env.OPS_HTTP_HOST, port: env.PORT },
  publicUrl: env.OPS_PUBLIC_URL,
  logLevel: env.LOG_LEVEL,
  hookKeys: env.OPS_HOOK_KEYS ?? {},
  heartbeatUrl: env.OPS_HEARTBEAT_URL,
  register: env.OPS_REGISTER,
  discord: discord(env),
  telegram: telegram(env),
  fly: fly(env),
  gateway: { port: env.OPENCLAW_GATEWAY_PORT, stateDir: env.OPENCLAW_STATE_DIR },
  self: self(env),
})

function discord(env: Environment): DiscordConfig | undefined {
  const token = env.DISCORD_BOT_TOKEN
  return token && { token, apiUrl: env.DISCORD_API_URL, publicKey: env.DISCORD_PUBLIC_KEY }
}

function telegram(env: Environment): TelegramConfig | undefined {
  const token = env.TELEGRAM_BOT_TOKEN
  return (
    token && { token, apiUrl: env.TELEGRAM_API_URL, webhookSecret: env.TELEGRAM_WEBHOOK_SECRET }
  )
}

function fly(env: Environment): FlyConfig | undefined {
  const token = env.FLY_API_TOKEN
  return (
    token && {
      token,
      readToken: env.FLY_READ_TOKEN ?? token,
      apiUrl: env.FLY_API_URL,
      platformUrl: env.FLY_PLATFORM_URL,
      natsUrl: env.FLY_NATS_URL,
      org: env.FLY_ORG,
    }
  )
}

function self(env: Environment): SelfConfig | undefined {
  const app = env.FLY_APP_NAME
  return app === undefined
    ? undefined
    : { app, machine: env.FLY_MACHINE_ID, region: env.FLY_REGION }
}
