import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Judge } from './auth.ts'
import type { Faults } from './faults.ts'
import { createHandler } from './http.ts'
import { lines } from './lines.ts'
import { listen } from './listen.ts'
import * as need from './preflight.ts'
import { keepGood } from './revert.ts'
import { startChannels } from './rpc.ts'
import type { Run, Settings } from './runtime.ts'
import { attachSockets } from './socket.ts'

export interface ServeDeps {
  readonly run: Run
  readonly judge: Judge
  readonly faults: Faults
  readonly warn: (run: Run, client: string) => void
  readonly restart: (reason: string) => void
  /** Channels stay off because of the crash-loop breaker. */
  readonly suppressed: boolean
}

/** One run's server, closed before the next run opens its own. */
export interface Serving {
  readonly closeSockets: (code: number, reason: string) => void
  readonly close: () => Promise<void>
}

/** A fresh run: new boot id, new start time, nothing started. */
export const newRun = (settings: Settings): Run => ({
  settings,
  bootId: randomUUID(),
  startedAt: Date.now(),
  phase: 'starting',
  config: {},
  channels: [],
})

function times({ env }: Settings): { readonly listenMs: number; readonly readyMs: number } {
  const total = Number(env['FAKE_OPENCLAW_START_MS'] ?? 30)
  const listenMs = Number(env['FAKE_OPENCLAW_LISTEN_MS'] ?? total / 2)
  return { listenMs, readyMs: Math.max(0, total - listenMs) }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

/** Newer releases: the port opens first and answers 503, readiness follows. */
async function openEarly(deps: ServeDeps, server: Server): Promise<void> {
  const { run } = deps
  const { settings } = run
  const { listenMs, readyMs } = times(settings)
  await sleep(listenMs)
  settings.log.out('gateway', 'starting HTTP server...')
  await listen(server, settings)
  lines.listening(run)
  await sleep(readyMs)
  settings.log.out('gateway', 'starting channels and sidecars...')
  if (!deps.suppressed) startChannels(run)
  run.phase = 'started'
  lines.ready(run)
}

/** Older releases: the port opens when all is ready, and channels follow. */
async function openLate(deps: ServeDeps, server: Server): Promise<void> {
  const { run } = deps
  const { listenMs, readyMs } = times(run.settings)
  await sleep(listenMs + readyMs)
  await listen(server, run.settings)
  run.phase = 'started'
  lines.listeningOld(run)
  if (!deps.suppressed) startChannels(run)
}

/** Starts serving one run; rejects with `StartFailure` when its config, token or port does not allow it. */
export async function serve(deps: ServeDeps): Promise<Serving> {
  const { run } = deps
  const { settings } = run
  lines.broker(settings)
  run.config = need.needValid(settings)
  need.needOrigins(settings, run.config)
  need.needRealToken(settings, run.config)
  keepGood(settings)
  const shared = { ...deps, run: () => run }
  const server = createServer(createHandler(shared))
  const closeSockets = attachSockets(server, shared)
  if (settings.behaviour.announce === 'ready') await openEarly(deps, server)
  else await openLate(deps, server)
  return { closeSockets, close: () => close(server) }
}
