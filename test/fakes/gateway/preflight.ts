import { accessSync, constants, mkdirSync } from 'node:fs'
import { isPlaceholder, tokenOf } from './auth.ts'
import { at, load } from './config.ts'
import type { Config } from './config.ts'
import { StartFailure } from './runtime.ts'
import type { Settings } from './runtime.ts'

const BINDS = new Set(['loopback', 'lan', 'tailnet', 'auto', 'custom'])

/** Fails when there is no config and nobody allowed that. */
export function needConfig(settings: Settings): void {
  if (settings.allowUnconfigured) return
  const found = load(settings.configPath, settings.behaviour.strictChannels)
  if (found.kind === 'valid' && at(found.config, 'gateway.mode') === 'local') return
  if (found.kind === 'invalid') return
  throw new StartFailure(
    78,
    'Missing config. Run `openclaw setup` or set gateway.mode=local (or pass --allow-unconfigured).',
  )
}

/** Fails when the state directory cannot be made or written. */
export function needState(settings: Settings): void {
  try {
    mkdirSync(settings.stateDir, { recursive: true })
    accessSync(settings.stateDir, constants.W_OK)
  } catch {
    const text = `EACCES: permission denied, mkdir '${settings.stateDir}/state'`
    const next =
      'Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.'
    throw new StartFailure(
      78,
      text,
      `[gateway] requires state migration. ${next}`,
      `Gateway failed to start: ${text} | gateway.maintenance_required | EACCES. ${next}`,
    )
  }
}

/** Fails on flags that mean nothing; these lines carry a time. */
export function needFlags(settings: Settings, rawPort: string): void {
  if (!Number.isInteger(settings.port) || settings.port < 1 || settings.port > 65_535) {
    settings.log.bare('Invalid --port. Use a port number from 1 to 65535, for example 18789.')
    throw new StartFailure(1, ...(rawPort === '' ? ['Invalid --port.'] : []))
  }
  if (BINDS.has(settings.bind)) return
  settings.log.bare('Invalid --bind. Use "loopback", "lan", "tailnet", "auto", or "custom".')
  throw new StartFailure(1)
}

/** Fails when the gateway would be reachable from elsewhere without a token. */
export function needToken(settings: Settings, config: Config): void {
  if (settings.bind === 'loopback' || tokenOf({ settings, config }) !== '') return
  if (at(config, 'gateway.auth.mode') === 'trusted-proxy') return
  settings.log.bare(`Refusing to bind gateway to ${settings.bind} without auth.`)
  throw new StartFailure(
    78,
    'Container environment detected — the gateway defaults to bind=auto (0.0.0.0) for port-forwarding compatibility.',
    'Set OPENCLAW_GATEWAY_TOKEN or OPENCLAW_GATEWAY_PASSWORD, or pass --token/--password to start with auth.',
  )
}

/** Fails on a token that is a word from a guide or a script's missing value. */
export function needRealToken(settings: Settings, config: Config): void {
  if (!isPlaceholder(tokenOf({ settings, config }))) return
  settings.log.bare(
    'Gateway failed to start: Invalid config: gateway auth token is blank, a published example placeholder, or the literal string undefined/null. Generate a real secret (for example, `openssl rand -hex 32`) and update gateway.auth.token or its external source.',
  )
  throw new StartFailure(1)
}

/** The config to run with; fails on one that is broken. A missing file is an empty config. */
export function needValid(settings: Settings): Config {
  const found = load(settings.configPath, settings.behaviour.strictChannels)
  if (found.kind === 'missing') return {}
  if (found.kind === 'valid') return found.config
  settings.log.bare(`Gateway failed to start: Invalid config at ${settings.configPath}:`)
  throw new StartFailure(
    78,
    `${found.path}: ${found.message}`,
    'Run "openclaw doctor --fix" to repair, then retry.',
    'If startup is still blocked, inspect the adjacent .bak backup before restoring it manually.',
  )
}

/** Versions of spring 2026 refuse a lan bind until origins are listed; later ones list their own in memory. */
export function needOrigins(settings: Settings, config: Config): void {
  const { behaviour, bind, port, log } = settings
  const fallback = at(config, 'gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback') === true
  const listed = at(config, 'gateway.controlUi.allowedOrigins')
  if (behaviour.origins === 'none' || bind === 'loopback' || fallback || Array.isArray(listed))
    return
  if (behaviour.origins === 'seeded')
    return log.out(
      'gateway',
      `seeded gateway.controlUi.allowedOrigins ["http://localhost:${port}","http://127.0.0.1:${port}"] for bind=lan (required since v2026.2.26; see issue #29385). Applied for this runtime without writing config; add other origins to gateway.controlUi.allowedOrigins if needed.`,
    )
  log.bare(
    'Gateway failed to start: Error: non-loopback Control UI requires gateway.controlUi.allowedOrigins (set explicit origins), or set gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback=true to use Host-header origin fallback mode',
  )
  throw new StartFailure(1)
}
