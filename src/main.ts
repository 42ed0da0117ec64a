import { createApp } from './app.ts'
import { systemClock as clock } from './clock.ts'
import type { Config } from './config/config.ts'
import { loadConfig } from './config/load.ts'
import { formatProblems } from './config/problem.ts'
import { OpsError } from './core/errors.ts'
import { openEngine } from './engine.ts'
import { start } from './lifecycle.ts'
import { loadCommands } from './load-commands.ts'
import { createLog, type ProcessLog } from './log.ts'
import { createServer } from './serve.ts'
import { version } from './version.ts'

/** sysexits.h: the configuration is wrong, starting again does not help. */
const BAD_CONFIG = 78
/** Whatever hangs, the process ends before it is killed. */
const LAST_MS = 28_000

const loaded = loadConfig(process.env)
if (loaded.ok) {
  const log = createLog({ level: loaded.config.logLevel })
  for (const secret of loaded.secrets) log.hide(secret.reveal())
  await run(loaded.config, log)
} else {
  process.stderr.write(`${formatProblems(loaded.problems)}\n`)
  process.exitCode = BAD_CONFIG
}

async function run(config: Config, log: ProcessLog): Promise<void> {
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'a fault that nobody caught ends the process')
    process.exit(1)
  })
  try {
    const registry = await loadCommands()
    const engine = await openEngine({ config, clock, log })
    const app = await createApp({ config, engine, registry, clock, log })
    const starting = start(app, { http: createServer(app, { clock, log }), clock, log })
    // A start may take long while a platform is away; being told to stop meanwhile stops what has begun.
    onSignal(log, async () => (await starting).stop())
    const running = await starting
    const { role } = config
    log.info({ version, role, engine: engine.name, port: running.port, apps: config.apps }, 'ready')
  } catch (error) {
    fail(log, error)
  }
}

function onSignal(log: ProcessLog, stop: () => Promise<void>): void {
  let asked = false
  const end = (signal: string) => {
    if (asked) return
    asked = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), LAST_MS).unref()
    stop().then(
      () => {
        log.info({}, 'stopped')
        process.exit(0)
      },
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

/** What the operator has to put right comes as one line; anything else is a fault of ours and goes to the log whole. */
function fail(log: ProcessLog, error: unknown): void {
  const known = error instanceof OpsError
  if (known) {
    const hint = typeof error.hint === 'string' ? error.hint : (error.hint?.en ?? '')
    process.stderr.write(`${error.message} ${hint}\n`.trimStart())
  } else log.error({ err: error }, 'could not start')
  process.exit(known ? BAD_CONFIG : 1)
}
