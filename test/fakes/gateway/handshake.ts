import { randomUUID } from 'node:crypto'
import { isLoopback } from './auth.ts'
import type { Judge, Verdict } from './auth.ts'
import { at, isObject } from './config.ts'
import type { Attribution } from './proxy.ts'
import { healthOf } from './rpc.ts'
import type { Run } from './runtime.ts'

/** What a connect request comes to: a hello and scopes, or an error and the code the socket is closed with. */
export type Outcome =
  | { readonly ok: true; readonly payload: object; readonly scopes: readonly string[] }
  | { readonly ok: false; readonly error: Refusal; readonly close: 1002 | 1008 }
interface Refusal {
  readonly code: string
  readonly message: string
  readonly details?: object
  readonly retryable?: boolean
  readonly retryAfterMs?: number
}

const CLIENTS = new Set([
  'cli',
  'gateway-client',
  'openclaw-probe',
  'openclaw-control-ui',
  'node-host',
  'test',
])
const METHODS = [
  'health',
  'status',
  'channels.status',
  'channels.start',
  'config.get',
  'gateway.restart.preflight',
  'gateway.restart.request',
]

const refuse = (error: Refusal, close: 1002 | 1008 = 1008): Outcome => ({ ok: false, error, close })
const invalid = (message: string, details?: object): Outcome =>
  refuse({ code: 'INVALID_REQUEST', message, ...(details === undefined ? {} : { details }) })

function protocolFault(run: Run, params: unknown): Outcome | undefined {
  const [min, max] = [Number(at(params, 'minProtocol')), Number(at(params, 'maxProtocol'))]
  const expected = run.settings.behaviour.protocol
  if (min <= expected && expected <= max) return undefined
  const details = {
    code: 'PROTOCOL_MISMATCH',
    clientMinProtocol: min,
    clientMaxProtocol: max,
    expectedProtocol: expected,
    minimumProbeProtocol: 3,
  }
  return refuse({ code: 'INVALID_REQUEST', message: 'protocol mismatch', details }, 1002)
}

function originFault(run: Run, origin: string | undefined, params: unknown): Outcome | undefined {
  if (origin === undefined) return undefined
  const listed = at(run.config, 'gateway.controlUi.allowedOrigins')
  const { port } = run.settings
  const own = [`http://localhost:${port}`, `http://127.0.0.1:${port}`]
  const allowed = Array.isArray(listed) ? listed.map(String) : own
  if (!allowed.includes(origin))
    return invalid(
      'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)',
      { code: 'CONTROL_UI_ORIGIN_NOT_ALLOWED', reason: 'origin not allowed' },
    )
  if (isObject(at(params, 'device'))) return undefined
  return invalid('control ui requires device identity (use HTTPS or localhost secure context)', {
    code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
  })
}

function authFault(run: Run, verdict: Verdict): Outcome | undefined {
  const tell = run.settings.behaviour.errorDetails
  const details = (code: string, authReason: string, recommendedNextStep: string) =>
    tell
      ? { details: { code, authReason, canRetryWithDeviceToken: false, recommendedNextStep } }
      : {}
  switch (verdict.kind) {
    case 'ok':
      return undefined
    case 'missing':
      return refuse({
        code: 'NOT_PAIRED',
        message: 'device identity required',
        ...(tell ? { details: { code: 'DEVICE_IDENTITY_REQUIRED' } } : {}),
      })
    case 'mismatch':
      return refuse({
        code: 'INVALID_REQUEST',
        message: 'unauthorized: gateway token mismatch (provide gateway auth token)',
        ...details('AUTH_TOKEN_MISMATCH', 'token_mismatch', 'update_auth_credentials'),
      })
    case 'limited':
      return refuse({
        code: 'INVALID_REQUEST',
        message: 'unauthorized: too many failed authentication attempts (retry later)',
        retryable: true,
        retryAfterMs: verdict.retryAfterMs,
        ...details('AUTH_RATE_LIMITED', 'rate_limited', 'wait_then_retry'),
      })
  }
}

function hello(run: Run): object {
  const { behaviour, configPath, stateDir } = run.settings
  const boot = behaviour.bootId ? { bootId: run.bootId, controlUiBuildSource: 'bundled' } : {}
  const old = behaviour.protocol === 3 ? { configPath, stateDir } : {}
  return {
    type: 'hello-ok',
    protocol: behaviour.protocol,
    server: { version: behaviour.serverName, ...boot, connId: randomUUID() },
    features: { methods: METHODS, events: ['connect.challenge', 'health'], capabilities: [] },
    snapshot: {
      presence: [],
      health: healthOf(run),
      stateVersion: { presence: 1, health: 1 },
      uptimeMs: Date.now() - run.startedAt,
      ...old,
    },
    policy: { maxPayload: 524_288, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 },
  }
}

/** Judges a `connect` request as the recorded versions do; a client from elsewhere without a device gets no scopes. */
export function connect(
  deps: { readonly run: Run; readonly judge: Judge; readonly origin: string | undefined },
  who: Attribution,
  params: unknown,
): Outcome {
  const { run, judge, origin } = deps
  if (!CLIENTS.has(String(at(params, 'client.id'))))
    return invalid(
      'invalid connect params: at /client/id: must be equal to one of the allowed values',
    )
  const early = protocolFault(run, params) ?? originFault(run, origin, params)
  if (early !== undefined) return early
  const token = at(params, 'auth.token') ?? at(params, 'auth.password')
  const given = typeof token === 'string' ? token : undefined
  const wrong = authFault(run, judge.judge(run, who.client, given))
  if (wrong !== undefined) return wrong
  const asked = at(params, 'scopes')
  const local = who.direct && isLoopback(who.client)
  const keeps = local && run.settings.behaviour.looseScopes
  const scopes = keeps && Array.isArray(asked) ? asked.map(String) : []
  const auth = { role: 'operator', scopes }
  const payload = run.settings.behaviour.protocol === 4 ? { ...hello(run), auth } : hello(run)
  return { ok: true, payload, scopes }
}
