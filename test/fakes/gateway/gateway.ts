import { setTimeout as sleep } from 'node:timers/promises'
import { createJudge } from './auth.ts'
import { bookBoot, bookCleanStop } from './breaker.ts'
import { load } from './config.ts'
import { createFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { lines } from './lines.ts'
import { ownLifecycle, refuseLiveOwner, releaseLocks, takeLocks } from './locks.ts'
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

interface State {
  run: Run
  serving: Serving | undefined
  suppressed: boolean
  stopping: boolean
}

/** Builds a gateway of the version in `settings`. */
export function createGateway(settings: Settings): Gateway {
  const faults = createFaults(settings.controlDir, settings.log)
  const judge = createJudge(Date.now)
  const warn = createWarner()
  const state: State = {
    run: newRun(settings),
    serving: undefined,
    suppressed: false,
    stopping: false,
  }

  const open = async () => {
    const { run, suppressed } = state
    const restartSoon = (reason: string) => void restart(reason)
    state.serving = await serve({ run, judge, faults, warn, suppressed, restart: restartSoon })
  }
  const closeSockets = (code: number, reason: string) => state.serving?.closeSockets(code, reason)

  const restart = async (reason: string): Promise<void> => {
    if (state.stopping || state.run.phase !== 'started') return
    state.run.phase = 'draining'
    lines.restarting(settings, reason)
    closeSockets(1012, 'service restart')
    await state.serving?.close()
    lines.restarted(settings)
    state.run = newRun(settings)
    await open().catch((error: unknown) => endBy(error, settings.log))
  }

  const stop = async (signal: string): Promise<void> => {
    if (state.stopping) return
    state.stopping = true
    state.run.phase = 'draining'
    lines.stopping(settings, signal)
    lines.budget(settings, 'shutdown')
    await drain(faults, settings)
    closeSockets(1012, 'service restart')
    await state.serving?.close()
    settings.log.out('gmail-watcher', 'gmail watcher stopped')
    releaseLocks(settings)
    bookCleanStop(settings)
    lines.stopped(settings)
  }

  const start = async (rawPort: string): Promise<void> => {
    state.suppressed = await prepare(settings, rawPort)
    watchConfig({ run: () => state.run, closeSockets, restart: (reason) => void restart(reason) })
    await open()
  }

  return {
    start: (raw) => start(raw).catch((error: unknown) => endBy(error, settings.log)),
    restart,
    stop,
  }
}
