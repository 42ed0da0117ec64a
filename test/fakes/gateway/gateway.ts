import { setTimeout as sleep } from 'node:timers/promises'
import { createJudge } from './auth.ts'
import type { Judge } from './auth.ts'
import { bookBoot, bookCleanStop } from './breaker.ts'
import { load } from './config.ts'
import { createFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { lines } from './lines.ts'
import { ownLifecycle, refuseLiveOwner, releaseLocks, takeLocks } from './locks.ts'
import { needImage } from './images.ts'
import * as need from './preflight.ts'
import { createWarner } from './proxy.ts'
import { watchConfig } from './reload.ts'
import { revertIfDamaged } from './revert.ts'
import { endBy } from './runtime.ts'
import type { Run, Settings } from './runtime.ts'
import { newRun, serve } from './serve.ts'
import type { Serving } from './serve.ts'

/** A gateway process: runs, restarts within itself, stops once. A start that fails ends the process. */
export interface Gateway {
  readonly start: (rawPort: string) => Promise<void>
  readonly stop: (signal: string) => Promise<void>
  readonly restart: (reason: string) => Promise<void>
}

/** Everything that can end a start before anything is served, in the order of the recordings. Tells whether channels stay off. */
async function prepare(settings: Settings, rawPort: string): Promise<boolean> {
  const { log, behaviour } = settings
  const talk = (text: string) => {
    if (behaviour.announce === 'ready') log.out('gateway', text)
  }
  need.needState(settings)
  needImage(settings)
  need.needConfig(settings)
  await ownLifecycle(settings)
  refuseLiveOwner(settings)
  talk('loading configuration…')
  need.needFlags(settings, rawPort)
  talk('resolving authentication…')
  revertIfDamaged(settings)
  const found = load(settings.configPath, behaviour.strictChannels)
  // A broken file may hold the token; it is refused later, by name.
  if (found.kind !== 'invalid') need.needToken(settings, found.kind === 'valid' ? found.config : {})
  talk('starting...')
  takeLocks(settings)
  lines.budget(settings, 'startup')
  return bookBoot(settings, Date.now())
}

async function drain(faults: Faults, { log }: Settings): Promise<void> {
  if (!faults.has('busy')) return
  log.out('gateway', 'draining active work before stop with timeout 315000ms: embeddedRuns=1')
  while (faults.has('busy')) await sleep(50)
}

interface Context {
  readonly settings: Settings
  readonly faults: Faults
  readonly judge: Judge
  readonly warn: (run: Run, client: string) => void
  run: Run
  serving: Serving | undefined
  suppressed: boolean
  stopping: boolean
}

async function open(context: Context): Promise<void> {
  const restartSoon = (reason: string) => void restart(context, reason)
  context.serving = await serve({ ...context, restart: restartSoon })
}

async function close(context: Context): Promise<void> {
  context.serving?.closeSockets(1012, 'service restart')
  await context.serving?.close()
}

async function restart(context: Context, reason: string): Promise<void> {
  const { settings } = context
  if (context.stopping || context.run.phase !== 'started') return
  context.run.phase = 'draining'
  lines.restarting(settings, reason)
  await close(context)
  lines.restarted(settings)
  context.run = newRun(settings)
  await open(context).catch((error: unknown) => endBy(error, settings.log))
}

async function stop(context: Context, signal: string): Promise<void> {
  const { settings } = context
  if (context.stopping) return
  context.stopping = true
  context.run.phase = 'draining'
  lines.stopping(settings, signal)
  lines.budget(settings, 'shutdown')
  await drain(context.faults, settings)
  await close(context)
  settings.log.out('gmail-watcher', 'gmail watcher stopped')
  releaseLocks(settings)
  bookCleanStop(settings)
  lines.stopped(settings)
}

async function start(context: Context, rawPort: string): Promise<void> {
  context.suppressed = await prepare(context.settings, rawPort)
  watchConfig({
    run: () => context.run,
    closeSockets: (code, reason) => context.serving?.closeSockets(code, reason),
    restart: (reason) => void restart(context, reason),
  })
  await open(context)
}

/** Builds a gateway of the version in `settings`. */
export function createGateway(settings: Settings): Gateway {
  const context: Context = {
    settings,
    faults: createFaults(settings.controlDir, settings.log),
    judge: createJudge(Date.now),
    warn: createWarner(),
    run: newRun(settings),
    serving: undefined,
    suppressed: false,
    stopping: false,
  }
  return {
    start: (rawPort) =>
      start(context, rawPort).catch((error: unknown) => endBy(error, settings.log)),
    restart: (reason) => restart(context, reason),
    stop: (signal) => stop(context, signal),
  }
}
