import { setFlagsFromString } from 'node:v8'
import { createApp } from './app.ts'
import { systemClock as clock } from './clock.ts'
import type { Config } from './config/config.ts'
import { loadConfig } from './config/load.ts'
import { formatProblems, inOneLine } from './config/problem.ts'
import { OpsError } from './core/errors.ts'
import type { Locale } from './core/text.ts'
import { type Engine, type EngineSettings, openEngine } from './engine.ts'
import { start, stop } from './lifecycle.ts'
import { loadCommands } from './load-commands.ts'
import { createLog, type ProcessLog } from './log.ts'
import { createServer } from './serve.ts'
import { spareMemory } from './spare-memory.ts'
import { unlessTold, untilTold } from './stopping.ts'
import { version } from './version.ts'

/** sysexits.h: the configuration is wrong, starting again does not help. */
const BAD_CONFIG = 78
const FAULT = 1
/** With more apps than this, what looking at them leaves behind is cleared away early; it costs a little of every command's time. */
const MANY_APPS = 100

/** The whole life of one process of the service, until `told` to stop. Gives the exit code: 0, 78 or 1. */
export async function run(
  env: Readonly<Record<string, string | undefined>>,
  told: AbortSignal,
  settings: EngineSettings = {},
): Promise<number> {
  const loaded = loadConfig(env)
  if (!loaded.ok) {
    process.stderr.write(`${formatProblems(loaded.problems, loaded.locale)}\n`)
    return BAD_CONFIG
  }
  const log = createLog({ level: loaded.config.logLevel })
  for (const secret of loaded.secrets) log.hide(secret.reveal())
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'a fault that nobody caught ends the process')
    process.exit(FAULT)
  })
  void untilTold(told).then(() => log.info({ signal: told.reason as unknown }, 'stopping'))
  try {
    const { config } = loaded
    if (config.apps.length > MANY_APPS) setFlagsFromString('--optimize-for-size')
    const engine = await unlessTold(told, openEngine({ config, clock, log, settings }))
    // Told while it still connects: nothing else has begun.
    if (engine) await live(engine, { config, log, told })
    log.info({}, 'stopped')
    return 0
  } catch (error) {
    return fail(log, error, loaded.config.locale)
  }
}

/** Starts, says so, and stops when told; a start that hangs somewhere is stopped like one that is through. */
async function live(
  engine: Engine,
  { config, log, told }: { config: Config; log: ProcessLog; told: AbortSignal },
): Promise<void> {
  const registry = await loadCommands()
  const app = await createApp({ config, engine, registry, clock, log })
  const http = createServer(app, { clock, log })
  await unlessTold(told, app.presence.start())
  const running = await unlessTold(told, start(app, { http, clock, log, signal: told }))
  if (running) await app.work?.watch.start()
  const { role, apps } = config
  if (running) log.info({ version, role, engine: engine.name, port: running.port, apps }, 'ready')
  if (running) void spareMemory(clock, told)
  await untilTold(told)
  await app.presence.stop()
  await stop(app, http)
}

/** What the operator has to put right comes as one line; anything else is a fault of ours and goes to the log whole. */
function fail(log: ProcessLog, error: unknown, locale: Locale): number {
  if (!(error instanceof OpsError)) {
    log.error({ err: error }, 'a fault ends the process')
    return FAULT
  }
  process.stderr.write(`${inOneLine(error, locale)}\n`)
  return BAD_CONFIG
}
