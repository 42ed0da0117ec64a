import type { Dispatcher } from 'undici'
import type { OpsError } from '../core/errors.ts'
import type { FlyChange } from '../core/fly.ts'
import type { Clock, Log, Metrics } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import { urlOf } from './address.ts'
import type { Answer, Call, Caller } from './call.ts'
import { isSafe, methodOf } from './call.ts'
import { cancelledError, refusalError, silenceError, unreadableError } from './errors.ts'
import type { LogTokens } from './log-tokens.ts'
import type { Budget, Pacer } from './pace.ts'
import { createRedactor } from './redact.ts'
import type { Redact } from './redact.ts'
import type { Failure } from './retry.ts'
import { retryAfterMs, retryDelay } from './retry.ts'
import { send } from './send.ts'
import type { Exchange, Outcome } from './send.ts'
import { authorization } from './token.ts'

/** What the calls to Fly are made with. */
export interface FlyDeps {
  /** For the Machines API. */
  readonly token: Secret
  /** For logs, metrics and releases. */
  readonly readToken: Secret
  readonly apiUrl: string
  readonly platformUrl: string
  readonly log: Log
  readonly metrics: Pick<Metrics, 'flyCall' | 'rateLimitWait'>
  readonly clock: Clock
  readonly pacer: Pacer
}
export interface Wire extends FlyDeps {
  readonly dispatcher: Dispatcher
  readonly logTokens: LogTokens
  /** Aborts after so many ms. */
  readonly deadline: (ms: number) => AbortSignal
  /** Hears of every request that may have changed something, each time it was sent. */
  readonly changed?: ((change: FlyChange) => void) | undefined
}
/** Everything of one call that stays the same from try to try. */
interface Turn extends Wire {
  readonly call: Call<unknown>
  readonly prepared: Prepared
  readonly redact: Redact
  readonly signal: AbortSignal | undefined
}
type Prepared = Pick<Exchange, 'url' | 'method' | 'headers' | 'body'>

const USUAL_MS = 30_000
const LONG_MS = 70_000
// FLY.md §3.10: per action and identifier; only reading one machine is allowed more.
const USUAL: Budget = { perSecond: 1, burst: 3 }
const MACHINE_GET: Budget = { perSecond: 5, burst: 10 }
// No limit is published; a page holds 100 lines, and whoever reads a day of them needs thousands.
const LOGS: Budget = { perSecond: 5, burst: 10 }
const BUDGETS: Readonly<Record<string, Budget>> = {
  'GET /v1/apps/{app}/machines/{id}': MACHINE_GET,
  'GET /api/v1/apps/{app}/logs': LOGS,
}

/** The one way to ask Fly: paced, timed out, retried where that is safe, counted, logged, and redacted in every error. */
export function createCaller(wire: Wire, signal?: AbortSignal): Caller {
  const tokens = [wire.token.reveal(), wire.readToken.reveal()]
  const usual = createRedactor(tokens)
  return async (call) => {
    const hidden = [...(call.hide ?? []), ...(call.nonce === undefined ? [] : [call.nonce])]
    const redact = hidden.length === 0 ? usual : createRedactor([...tokens, ...hidden])
    const turn: Turn = { ...wire, call, prepared: prepare(wire, call), redact, signal }
    const answer = await answerTo(turn)
    const value = understood(call, answer)
    if (value !== undefined) return value
    throw told(turn, unreadableError(answer, call), answer.status)
  }
}

async function answerTo(turn: Turn): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    await takePlace(turn)
    const outcome = await exchange(turn)
    if (outcome.ok && isExpected(turn.call, outcome.answer)) return outcome.answer
    const failure = failureOf(turn, outcome)
    const { call, log } = turn
    const long = call.long === true
    const random = Math.random()
    const delay = retryDelay({ failure, safe: isSafe(call), long, tried, random })
    if (delay === undefined) throw told(turn, errorOf(turn, outcome), statusOf(outcome))
    log.info({ ...facts(turn, outcome), tried, delayMs: Math.round(delay) }, 'fly call is repeated')
    await pause(turn, delay)
  }
}

async function exchange(turn: Turn): Promise<Outcome> {
  const { call, clock, log, metrics, prepared, signal } = turn
  const started = clock.now()
  const deadline = turn.deadline(call.long === true ? LONG_MS : USUAL_MS)
  const outcome = await send(turn.dispatcher, { ...prepared, deadline, signal }, turn.redact)
  const ms = clock.now() - started
  metrics.flyCall(call.endpoint, statusOf(outcome), ms / 1000)
  log.debug({ ...facts(turn, outcome), ms }, 'fly call')
  if (changes(call)) turn.changed?.(changeOf(call, outcome))
  return outcome
}

/** A reader that fails on something nobody thought of has not understood; its own words may quote the body. */
function understood<T>(call: Call<T>, answer: Answer): T | undefined {
  try {
    return call.read(answer)
  } catch {
    return undefined
  }
}

function prepare(wire: Wire, call: Call<unknown>): Prepared {
  const machines = (call.party ?? 'machines') === 'machines'
  const { token = machines ? 'api' : 'read' } = call
  const body = call.body === undefined ? undefined : JSON.stringify(call.body)
  const headers = {
    authorization: authorization((token === 'api' ? wire.token : wire.readToken).reveal()),
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.nonce === undefined ? {} : { 'fly-machine-lease-nonce': call.nonce }),
  }
  const url = urlOf(machines ? wire.apiUrl : wire.platformUrl, call)
  return { url, method: methodOf(call), headers, body }
}

async function takePlace(turn: Turn): Promise<void> {
  const { call, pacer, metrics } = turn
  const id = Object.values(call.at).at(-1) ?? ''
  const budget = BUDGETS[call.endpoint] ?? USUAL
  const waitMs = await pacer.take(`${call.endpoint} ${id}`, budget)
  if (waitMs > 0) {
    metrics.rateLimitWait('fly', waitMs / 1000)
    await pause(turn, waitMs)
  }
  if (turn.signal?.aborted === true) throw cancelledError()
}

/** Sleeps; rejects as every call does when its signal is aborted. */
export async function pause(
  { clock, signal }: Pick<Turn, 'clock' | 'signal'>,
  ms: number,
): Promise<void> {
  await clock.sleep(ms, signal).catch(() => {
    throw cancelledError()
  })
}

const isExpected = (call: Call<unknown>, answer: Answer): boolean =>
  (answer.status >= 200 && answer.status < 300) || call.accept?.(answer) === true

function failureOf({ clock }: Turn, outcome: Outcome): Failure {
  if (!outcome.ok) return outcome.failure
  const { status, header } = outcome.answer
  return { kind: 'status', status, retryAfterMs: retryAfterMs(header('retry-after'), clock.now()) }
}

const errorOf = ({ call, redact }: Turn, outcome: Outcome): OpsError =>
  outcome.ok
    ? refusalError(outcome.answer, call, redact)
    : silenceError(outcome.failure, call, outcome.detail)

const statusOf = (outcome: Outcome): string =>
  outcome.ok ? String(outcome.answer.status) : outcome.failure.kind

/** A lease ends by itself and changes no machine. */
const changes = (call: Call<unknown>): boolean => !isSafe(call) && !call.endpoint.endsWith('/lease')

const changeOf = ({ endpoint, at }: Call<unknown>, outcome: Outcome): FlyChange => ({
  what: endpoint.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(at[name] ?? '')),
  status: statusOf(outcome),
  reference: (outcome.ok ? outcome.answer.reference : undefined) ?? null,
})

const facts = ({ call }: Turn, outcome: Outcome) => ({
  endpoint: call.endpoint,
  at: call.at,
  status: statusOf(outcome),
  ...(outcome.ok ? { reference: outcome.answer.reference } : { detail: outcome.detail }),
})

/** Logs an error on its way out; a refusal is the caller's business, everything else the operator's. */
function told({ call, log }: Turn, error: OpsError, status: string | number): OpsError {
  const data = { endpoint: call.endpoint, at: call.at, status, code: error.code }
  const loud = ['auth', 'scope', 'ambiguous', 'server', 'network', 'rate_limited'].includes(
    error.code,
  )
  log[loud ? 'warn' : 'info']({ ...data, reference: error.reference }, 'fly call failed')
  return error
}
