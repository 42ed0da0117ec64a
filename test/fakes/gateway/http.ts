import type { IncomingMessage, ServerResponse } from 'node:http'
import { bearer, isLoopback } from './auth.ts'
import type { Judge, Verdict } from './auth.ts'
import type { Faults } from './faults.ts'
import { ATTRIBUTION_ERROR, attribute } from './proxy.ts'
import type { Attribution } from './proxy.ts'
import { respond } from './respond.ts'
import type { Run } from './runtime.ts'

export interface HttpDeps {
  readonly run: () => Run
  readonly judge: Judge
  readonly faults: Faults
  readonly warn: (run: Run, client: string) => void
}
interface Visit extends Omit<HttpDeps, 'run'> {
  readonly run: Run
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly who: Attribution
}

const UNAUTHORIZED = { error: { message: 'Unauthorized', type: 'unauthorized' } }
const LOOP = {
  degraded: false,
  degradedSinceMs: null,
  reasons: [],
  intervalMs: 1007.6,
  delayP99Ms: 20.8,
  delayMaxMs: 20.8,
  utilization: 0.005,
  cpuCoreRatio: 0.007,
}

const verdict = ({ run, judge, request, who }: Visit): Verdict =>
  judge.judge(run, who.client, bearer(request.headers.authorization))

/** What the newest release adds to the figures. */
const CPU = {
  mainThreadCoreRatio: 0.007,
  hostUtilization: 0.1,
  hostCpuCount: 2,
  workerCoreRatio: 0,
  otherThreadsCoreRatio: 0,
}
/** Loopback or the right token sees more than yes or no. */
const isInsider = (visit: Visit): boolean =>
  (visit.who.direct && isLoopback(visit.who.client)) || verdict(visit).kind === 'ok'

const page = ({ run, response }: Visit): void =>
  respond.page(response, run.settings.behaviour.version)

function live(visit: Visit): void {
  const { json } = visit.run.settings.behaviour
  if (!json.healthz || visit.faults.has('html')) return page(visit)
  respond.json(visit.response, 200, { ok: true, status: 'live' })
}

function startup(visit: Visit): void {
  const { run, response, faults } = visit
  const { behaviour } = run.settings
  if (!behaviour.json.startupz || faults.has('html')) return page(visit)
  const ok = run.phase === 'started'
  const details = {
    version: behaviour.version,
    uptimeMs: Date.now() - run.startedAt,
    ...(run.phase === 'starting' ? { pendingReason: 'startup-sidecars' } : {}),
  }
  const body = { ok, status: run.phase, ...(isInsider(visit) ? details : {}) }
  respond.json(response, ok ? 200 : 503, body)
}

function failing({ run, faults }: Visit): readonly string[] {
  if (run.phase === 'starting') return ['startup-sidecars']
  if (run.phase === 'draining') return ['draining']
  return faults.has('channels-down') ? run.channels.map((name) => `${name}:default`) : []
}

function ready(visit: Visit): void {
  const { run, response, faults } = visit
  const { behaviour } = run.settings
  if (!behaviour.json.readyz || faults.has('html')) return page(visit)
  const bad = failing(visit)
  const figures = behaviour.cpuFigures ? { ...LOOP, cpuBreakdown: CPU } : LOOP
  const loop = behaviour.eventLoop ? { eventLoop: figures } : {}
  const details = { failing: bad, uptimeMs: Date.now() - run.startedAt, ...loop }
  const body = { ready: bad.length === 0, ...(isInsider(visit) ? details : {}) }
  respond.json(response, bad.length === 0 ? 200 : 503, body)
}

/** True when the caller may go on; otherwise it has been answered. */
function admitted(visit: Visit): boolean {
  const result = verdict(visit)
  if (result.kind === 'ok') return true
  if (result.kind !== 'limited') {
    respond.json(visit.response, 401, UNAUTHORIZED)
    return false
  }
  visit.response.setHeader('retry-after', Math.ceil(result.retryAfterMs / 1000))
  const message = 'Too many failed authentication attempts. Please try again later.'
  respond.json(visit.response, 429, { error: { message, type: 'rate_limited' } })
  return false
}

function uiConfig(visit: Visit): void {
  const { behaviour } = visit.run.settings
  if (behaviour.uiConfig === 'html') return page(visit)
  const nested = visit.path !== '/control-ui-config.json'
  if (behaviour.uiConfig === 'open' && !nested)
    return respond.text(visit.response, 404, 'Not Found')
  if (behaviour.uiConfig === 'guarded' && !admitted(visit)) return
  const name = { basePath: '', assistantName: 'Assistant', assistantAvatar: 'A' }
  const { version, uiMore } = behaviour
  respond.json(visit.response, 200, { ...name, serverVersion: version, ...uiMore })
}

function invoke(visit: Visit, body: string): void {
  if (!admitted(visit)) return
  if (!/"(?:tool|name)"\s*:\s*"\w+"/.test(body)) {
    const error = { type: 'invalid_request', message: 'tools.invoke requires name' }
    return respond.json(visit.response, 400, { ok: false, error })
  }
  const details = { count: 0, sessions: [] }
  const content = [{ type: 'text', text: JSON.stringify(details) }]
  respond.json(visit.response, 200, { ok: true, result: { content, details } })
}

function collect(visit: Visit): void {
  if (visit.request.method !== 'POST')
    return respond.text(visit.response, 405, 'Method Not Allowed')
  const parts: Buffer[] = []
  visit.request.on('data', (part: Buffer) => parts.push(part))
  visit.request.on('end', () => invoke(visit, Buffer.concat(parts).toString('utf8')))
}

function route(visit: Visit): void {
  const { path, response } = visit
  if (path === '/startup' || path === '/startupz') return startup(visit)
  if (path === '/ready' || path === '/readyz') return ready(visit)
  if (/^(?:\/__openclaw)?\/control-ui-config\.json$/.test(path)) return uiConfig(visit)
  if (path === '/tools/invoke') return collect(visit)
  const machine = /^\/(?:api|v1)(?:\/|$)|^\/robots\.txt$/.test(path)
  return machine ? respond.text(response, 404, 'Not Found') : page(visit)
}

/** The HTTP surface of the recorded versions. */
export function createHandler(
  deps: HttpDeps,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (deps.faults.has('hang')) return
    const run = deps.run()
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const who = attribute(run, request)
    const visit: Visit = { ...deps, run, request, response, path, who }
    if (path === '/health' || path === '/healthz') return live(visit)
    if (who.unvouched) deps.warn(run, who.client)
    if (who.refused) return respond.json(response, 403, ATTRIBUTION_ERROR)
    route(visit)
  }
}
