import { existsSync } from 'node:fs'
import { isObject } from './config.ts'
import type { Faults } from './faults.ts'
import type { Run } from './runtime.ts'

export interface RpcDeps {
  readonly faults: Faults
  readonly restart: (reason: string) => void
}
export type Answer =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } }

const ok = (payload: unknown): Answer => ({ ok: true, payload })
const refuse = (code: string, message: string): Answer => ({ ok: false, error: { code, message } })

/** The health picture that both the hello and the `health` call carry. */
export const healthOf = (run: Run): object => ({
  ok: true,
  ts: Date.now(),
  durationMs: 1,
  channels: Object.fromEntries(run.channels.map((name) => [name, { configured: true }])),
  channelOrder: run.channels,
  channelLabels: {},
  heartbeatSeconds: 1800,
  defaultAgentId: 'main',
})

/** Channels the run should have; what it started is fewer while the breaker holds them back. */
function wantedChannels(run: Pick<Run, 'config' | 'settings'>): readonly string[] {
  const listed = run.settings.env['FAKE_OPENCLAW_CHANNELS']
  if (listed !== undefined) return listed.split(',').filter((name) => name !== '')
  const blocks = run.config['channels']
  return Object.entries(isObject(blocks) ? blocks : {})
    .filter(([, block]) => isObject(block) && block['enabled'] !== false)
    .map(([name]) => name)
}

function channelStatus(run: Run, faults: Faults): object {
  const order = wantedChannels(run)
  const down = faults.has('channels-down')
  const account = (name: string) => {
    const running = run.channels.includes(name) && !down
    return { accountId: 'default', enabled: true, configured: true, running, connected: running }
  }
  return {
    ts: Date.now(),
    channelOrder: order,
    channelLabels: {},
    channels: Object.fromEntries(order.map((name) => [name, account(name)])),
    channelAccounts: Object.fromEntries(order.map((name) => [name, [account(name)]])),
    channelDefaultAccountId: Object.fromEntries(order.map((name) => [name, 'default'])),
  }
}

function preflight(faults: Faults): object {
  const active = faults.has('busy') ? 1 : 0
  return {
    safe: active === 0,
    counts: {
      queueSize: 0,
      pendingReplies: 0,
      embeddedRuns: active,
      cronRuns: 0,
      backgroundExecSessions: 0,
      rootRequests: 0,
      activeTasks: 0,
      totalActive: active,
    },
    blockers: active === 0 ? [] : [{ kind: 'embedded-run', count: active }],
    summary: active === 0 ? 'safe to restart now' : 'restart would interrupt 1 active run',
  }
}

/** Starts every channel the run should have; gives their names. */
export function startChannels(run: Run): readonly string[] {
  run.channels = wantedChannels(run)
  for (const name of run.channels) run.settings.log.out(name, '[default] starting provider')
  return run.channels
}

function requestRestart(deps: RpcDeps): Answer {
  setImmediate(deps.restart, 'gateway.restart')
  return ok({ ok: true, preflight: preflight(deps.faults) })
}

/** Answers one call of a connected client; scopes are checked as the real one does. */
export function call(deps: RpcDeps, run: Run, method: string, scopes: readonly string[]): Answer {
  const need = (scope: string) =>
    scopes.includes(scope) || scopes.includes('operator.admin')
      ? undefined
      : refuse('FORBIDDEN', `missing scope: ${scope}`)
  switch (method) {
    case 'health':
      return need('operator.read') ?? ok(healthOf(run))
    case 'status':
      return need('operator.read') ?? ok({ runtimeVersion: run.settings.behaviour.version })
    case 'channels.status':
      return need('operator.read') ?? ok(channelStatus(run, deps.faults))
    case 'channels.start':
      return need('operator.admin') ?? ok({ started: startChannels(run) })
    case 'config.get':
      return (
        need('operator.read') ??
        ok({ path: run.settings.configPath, exists: existsSync(run.settings.configPath) })
      )
    case 'gateway.restart.preflight':
      return need('operator.read') ?? ok(preflight(deps.faults))
    case 'gateway.restart.request':
      return need('operator.admin') ?? requestRestart(deps)
    default:
      return refuse('INVALID_REQUEST', `unknown method: ${method}`)
  }
}
